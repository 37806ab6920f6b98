/** The registry's routes: who belongs to an account, whose jack it is, and what to do when one is lost. */
import { oc } from '@orpc/contract';
import * as z from 'zod';
import { code, codeBehaviour, id, utcMs, vehicle } from '../schemas/index.ts';

const base = oc.errors({});
const done = z.object({ ok: z.literal(true) });

/** The jack's answer to a challenge of the server: whoever sends it has the jack at hand. */
export const possession = z.object({ challengeId: id, authCode: z.string().regex(/^[0-9]{6,10}$/) });

export const jackTransfer = z.object({
  transferId: id,
  jackId: id,
  /** `mine`: this account asks for the jack; `theirs`: somebody asks this account for it. */
  asked: z.enum(['mine', 'theirs']),
  state: z.enum(['waiting', 'consented', 'refused', 'expired']),
  /** The jack under its new owner; only who asked for it sees it. */
  newJackId: id.nullable(),
  expiresAtMs: utcMs,
});
export type JackTransfer = z.infer<typeof jackTransfer>;

export const registryPublicApi = {
  /** A further phone of an account, with the one-use invitation that one of its phones made. */
  registerPhone: base
    .route({ method: 'POST', path: '/v1/phones', tags: ['public'] })
    .input(z.object({ invitation: z.string().min(10).max(100), phoneName: z.string().max(60) }))
    .output(z.object({ driverId: id, phoneId: id, token: z.string() })),
};

export const registryPhoneApi = {
  account: base
    .route({ method: 'GET', path: '/v1/account', tags: ['phone'] })
    .input(z.object({}))
    .output(
      z.object({
        driverId: id,
        phones: z.array(
          z.object({
            phoneId: id,
            name: z.string(),
            createdAtMs: utcMs,
            revoked: z.boolean(),
            this: z.boolean(),
          }),
        ),
        vehicles: z.array(z.object({ vehicleId: id, vehicle })),
        jacks: z.array(z.object({ jackId: id, vehicleId: id, codeBehaviour, blocked: z.boolean() })),
        transfers: z.array(jackTransfer),
      }),
    ),
  /** One use, ten minutes: the other phone (another driver of the same account) registers with it. */
  invitePhone: base
    .route({ method: 'POST', path: '/v1/phone-invitations', tags: ['phone'] })
    .input(z.object({}))
    .output(z.object({ invitation: z.string(), expiresAtMs: utcMs })),
  /** A lost phone: its token and its streams end at once. Any phone of the account may do it. */
  revokePhone: base
    .route({ method: 'POST', path: '/v1/phones/{phoneId}/revoke', tags: ['phone'] })
    .input(z.object({ phoneId: id }))
    .output(done),
  /**
   * A new token for the phone that asks. The old one stays good until the new one is used once: a phone that died
   * before it kept the new one asks again. Revoking the phone ends both.
   */
  renewToken: base
    .route({ method: 'POST', path: '/v1/phone/token', tags: ['phone'] })
    .input(z.object({}))
    .output(z.object({ token: z.string() })),
  /** What the jack is to sign, to prove that it is at hand. One use, ten minutes. */
  challengeJack: base
    .route({ method: 'POST', path: '/v1/jack-challenges', tags: ['phone'] })
    .input(z.object({}))
    .output(
      z.object({
        challengeId: id,
        challenge: z.string(),
        /** The server's X25519 public key, for a rotating jack that agrees on its identity key. */
        agreementKey: z.string(),
        expiresAtMs: utcMs,
      }),
    ),
  /** A lost jack: no site knows it, nobody pays with it, from this moment on. */
  blockJack: base
    .route({ method: 'POST', path: '/v1/jacks/{jackId}/block', tags: ['phone'] })
    .input(z.object({ jackId: id }))
    .output(done),
  /** Found again: proved by the jack itself. */
  unblockJack: base
    .route({ method: 'POST', path: '/v1/jacks/{jackId}/unblock', tags: ['phone'] })
    .input(z.object({ jackId: id, possession }))
    .output(done),
  /** The counter that a rotating jack shows now: for one whose clock was alone for too long, or stood still. */
  syncJack: base
    .route({ method: 'POST', path: '/v1/jacks/{jackId}/sync', tags: ['phone'] })
    .input(
      z.object({
        jackId: id,
        counterSeconds: z.number().int().min(0).max(0xffffffff),
        counterAtMs: utcMs,
        possession,
      }),
    )
    .output(done),
  /** Gives the jack up: whoever has it may register it. */
  releaseJack: base
    .route({ method: 'POST', path: '/v1/jacks/{jackId}/release', tags: ['phone'] })
    .input(z.object({ jackId: id }))
    .output(done),
  /** Asks the owner of the jack at hand to let it go. `code`: what it broadcasts now. */
  askForJack: base
    .route({ method: 'POST', path: '/v1/jack-transfers', tags: ['phone'] })
    .input(z.object({ code, vehicleId: id, possession }))
    .output(z.object({ transfer: jackTransfer })),
  /** The owner's yes or no. */
  answerTransfer: base
    .route({ method: 'POST', path: '/v1/jack-transfers/{transferId}', tags: ['phone'] })
    .input(z.object({ transferId: id, answer: z.enum(['consent', 'refuse']) }))
    .output(z.object({ transfer: jackTransfer })),
};

export const credentialSiteApi = {
  /**
   * A new credential for the station that asks. Keep it durably before using it: the old one stays good until the new
   * one is used once, and is dead from then on. Asked anew (another key), the one before that was never used is void.
   */
  renewCredential: base
    .route({ method: 'POST', path: '/v1/site/credential', tags: ['site'] })
    .input(z.object({}))
    .output(z.object({ credential: z.string() })),
};
