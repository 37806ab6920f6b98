export { applyMenu, settleMark } from './menu-book.ts';
export { MenuCommands } from './menu-commands.ts';
