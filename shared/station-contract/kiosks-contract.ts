/** Several kiosks at one site: the devices that were let in, the way in, and the network they come by. */
import * as z from 'zod';
import { id, utcMs } from '../schemas/index.ts';
import type { joinRefusals } from '../station-facts/index.ts';
import { base, command } from './base.ts';
import { person } from './parts.ts';

/** What people call a device: "Pump handheld". */
export const kioskName = z.string().trim().min(1).max(40);

export const kioskDevice = z.object({
  /** null: the first kiosk, which is the station's own machine. It can be renamed, not removed. */
  kioskId: id.nullable(),
  /** null: the first kiosk while nobody has named it. */
  name: z.string().nullable(),
  joinedAtMs: utcMs.nullable(),
  letInBy: person.nullable(),
  lastSeenAtMs: utcMs.nullable(),
  /** Connected at this moment. */
  on: z.boolean(),
  /** Who is signed in there. */
  people: z.array(person),
});
export type KioskDevice = z.infer<typeof kioskDevice>;

export const kioskNetwork = z.discriminatedUnion('state', [
  z.object({ state: z.literal('off') }),
  z.object({
    state: z.literal('on'),
    /** `https://192.168.0.7:7443`, the one to type first; none while the machine is on no network. */
    addresses: z.array(z.string()),
    /** SHA-256, `AB:CD:…`: what a browser shows of the certificate, and of the authority that may be trusted. */
    fingerprint: z.string(),
    authorityFingerprint: z.string(),
    validToMs: utcMs,
  }),
  z.object({
    state: z.literal('failed'),
    reason: z.enum(['port-in-use', 'port-forbidden', 'other']),
    port: z.number().int(),
    retryAtMs: utcMs,
  }),
]);
export type KioskNetwork = z.infer<typeof kioskNetwork>;

export const kiosksContract = {
  kiosks: {
    list: base.input(z.object({})).output(
      z.object({
        network: kioskNetwork,
        /** On by the command line: it cannot be switched off here. */
        setAtStart: z.boolean(),
        /** The kiosk that asks. */
        here: id.nullable(),
        kiosks: z.array(kioskDevice),
        /** A code that is open now; its digits are only told to whoever makes it. */
        code: z.object({ by: person, expiresAtMs: utcMs, wrongTries: z.number().int() }).nullable(),
      }),
    ),
    /** From the first kiosk only, as `makeCode`: a device that was let in lets nobody else in. */
    setNetwork: base.input(command({ on: z.boolean() })).output(z.object({ network: kioskNetwork })),
    /** One code at a time: a new one voids the one before. Eight digits, good for one device. */
    makeCode: base.input(z.object({})).output(z.object({ code: z.string(), expiresAtMs: utcMs })),
    cancelCode: base.input(z.object({})).output(z.object({})),
    rename: base
      .input(command({ kioskId: id.nullable(), name: kioskName }))
      .output(z.object({ kiosk: kioskDevice })),
    /** At once: its connections are closed, its sign-ins ended, its credential is worth nothing. */
    remove: base.input(command({ kioskId: id })).output(z.object({})),
  },
};

/** `POST /join` of a device that is not let in yet; everything else of this contract is closed to it. */
export const joinRequest = z.object({ code: z.string().max(40), name: kioskName });
export type JoinRefusal = (typeof joinRefusals)[number];
