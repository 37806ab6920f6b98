import type { Role } from '../../../shared/station-contract/index.ts';

/** Who may ask for money at the counter; the station refuses the others too. */
export const chargeRoles: Role[] = ['cashier', 'manager'];
