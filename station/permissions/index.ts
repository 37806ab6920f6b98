export { abilities } from './abilities.ts';
export { type CommandName, mayRole, permissions, rolesFor } from './permissions.ts';
