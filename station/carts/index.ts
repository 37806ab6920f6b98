export { applyCart, applyFleet, settlePending } from './cart-book.ts';
export { CartCommands } from './cart-commands.ts';
