/** Every state of every screen that people meet; one file a screen. */
import { arrivalStates } from './arrival-states.ts';
import { cartStates } from './cart-states.ts';
import { chargeStates } from './charge-states.ts';
import { menuStates } from './menu-states.ts';
import { refuelStates } from './refuel-states.ts';
import { setupStates } from './setup-states.ts';
import { signInStates } from './sign-in-states.ts';
import type { ScreenState } from './state.ts';

export const states: readonly ScreenState[] = [
  ...signInStates,
  ...arrivalStates,
  ...refuelStates,
  ...chargeStates,
  ...cartStates,
  ...menuStates,
  ...setupStates,
];
