/** Who works here, where they are signed in, and what each role may do. */
import * as z from 'zod';
import { displayName, id, utcMs } from '../schemas/index.ts';
import { abilityNames } from '../station-facts/index.ts';
import { base, command } from './base.ts';
import { person, role } from './parts.ts';
import { journalEntry } from './views.ts';

export const ability = z.enum(abilityNames);
export type Ability = z.infer<typeof ability>;

export const abilityView = z.object({
  /** null: a command that has no name among people yet; it stands for itself. */
  ability: ability.nullable(),
  commands: z.array(z.string()),
  roles: z.array(role),
});
export type AbilityView = z.infer<typeof abilityView>;

export const openSession = z.object({
  sessionId: z.string().max(80),
  person,
  /** The kiosk's name; null: a kiosk without one. */
  kiosk: z.string().nullable(),
  sinceMs: utcMs,
  expiresAtMs: utcMs,
  /** The one that asks. */
  here: z.boolean(),
});
export type OpenSession = z.infer<typeof openSession>;

const pin = z.string().regex(/^[0-9]{4,8}$/);

export const staffContract = {
  staff: {
    list: base.input(z.object({})).output(
      z.object({
        people: z.array(person.extend({ retired: z.boolean(), lockedUntilMs: utcMs.nullable() })),
      }),
    ),
    /**
     * What a person did, newest first, and where they are signed in now. A page reads a bounded piece of the
     * journal and may be empty; `nextBeforeSequence` null: there is nothing older.
     */
    story: base.input(z.object({ staffId: id, beforeSequence: z.number().int().nullable() })).output(
      z.object({
        entries: z.array(journalEntry),
        nextBeforeSequence: z.number().int().nullable(),
        signIns: z.array(z.object({ kiosk: z.string().nullable(), sinceMs: utcMs, expiresAtMs: utcMs })),
      }),
    ),
    /** Everybody who is signed in, at whatever kiosk, the newest first. */
    sessions: base.input(z.object({})).output(z.object({ sessions: z.array(openSession) })),
    /** Signs somebody out at another kiosk; what they had typed there stays there. Ended already: fine. */
    endSession: base.input(command({ sessionId: z.string().max(80) })).output(z.object({})),
    /** Lifts a lock after wrong PINs. The PIN stays as it is. */
    unlock: base.input(command({ staffId: id })).output(z.object({})),
    /** What each role may do, made from the station's own table. */
    abilities: base.input(z.object({})).output(z.object({ abilities: z.array(abilityView) })),
    add: base.input(command({ displayName, role, pin })).output(z.object({ person })),
    resetPin: base.input(command({ staffId: id, pin })).output(z.object({})),
    retire: base.input(command({ staffId: id })).output(z.object({})),
  },
};
