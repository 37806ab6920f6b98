/** What several read models of the station contract are made of. */
import * as z from 'zod';
import { displayName, id } from '../schemas/index.ts';
import { roles } from '../station-facts/index.ts';

export const role = z.enum(roles);
export type Role = z.infer<typeof role>;

export const person = z.object({ staffId: id, displayName, role });
export type Person = z.infer<typeof person>;

export const presenceState = z.enum(['tentative', 'approaching', 'arrived', 'parked', 'departed']);
export type PresenceStateName = z.infer<typeof presenceState>;

/** Where a mark stands on its way to the server. `attention`: the server refused it, a person must look. */
export const syncState = z.enum(['waiting', 'sent', 'attention']);
