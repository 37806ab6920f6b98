export { type CommandName, mayRole, permissions, rolesFor } from '../permissions/index.ts';
export { pinDelays } from './pin-delays.ts';
export { isTooSimple } from './pins.ts';
export { Staff } from './staff.ts';
