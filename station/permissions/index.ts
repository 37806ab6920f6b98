export { type CommandName, mayRole, permissions, rolesFor } from './permissions.ts';
