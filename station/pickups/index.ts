export { PickupCommands, passesCheck } from './pickup-commands.ts';
export { applyPreorder, conflict } from './preorder-news.ts';
