export { createCart, type NewGoods, sellGoods, setCartRules } from './carts/index.ts';
export { keepBeginning, StoreInUse } from './db/index.ts';
export { movedMoney, type PaymentProcessor, sandboxProcessor } from './processor/index.ts';
export { createSite, issuePairingCode, type NewSite } from './sites/index.ts';
export { type RunningServer, type ServerOptions, startServer } from './start.ts';
