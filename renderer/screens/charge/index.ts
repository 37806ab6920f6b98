export { Charge } from './charge.tsx';
export { ChargeOutcome } from './charge-outcome.tsx';
