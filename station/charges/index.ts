export { ChargeCommands } from './charge-commands.ts';
export { chargeCandidates, listCharges } from './charge-lists.ts';
export { applyChargeRequest, applyRefundAnswer } from './charge-news.ts';
