export { candidates } from './candidates.ts';
export { applyPaymentRequest } from './payment-news.ts';
export { RefuelCommands } from './refuel-commands.ts';
