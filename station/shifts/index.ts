export { Shifts } from './shift-commands.ts';
