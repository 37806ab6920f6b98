export { applyOnTheWay, forgetUnsaid } from './on-the-way.ts';
export { PickupCommands, passesCheck } from './pickup-commands.ts';
export { applyPreorder, conflict } from './preorder-news.ts';
