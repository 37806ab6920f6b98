/**
 * Proof that a jack is at hand: the server asks, the jack signs over its two-way channel, the phone
 * brings the answer. The question names no site and no money, so that the answer approves nothing.
 */
import { and, count, eq, gt, isNull } from 'drizzle-orm';
import { authCodeChallenge, verifyAuthCode } from '../../shared/auth-code/index.ts';
import { newId } from '../../shared/domain/index.ts';
import { agreedIdentityKey, newEidKeyPair } from '../../shared/eid/index.ts';
import type { Work } from '../app.ts';
import { tables } from '../db/index.ts';
import { asPhone, once, type ProblemError, refuse } from '../http/index.ts';

const { jackChallenges } = tables;

export const possessionLimits = {
  challengeMs: 10 * 60_000,
  /** Challenges of one account within that time: each is one guess at eight digits. */
  challenges: 10,
};

/** What the jack signs. `XXX` is ISO 4217's "no currency": no payment request can have this challenge. */
export function possessionChallenge(challengeId: string): string {
  return authCodeChallenge({
    siteId: 'possession',
    amountMinor: 0,
    currency: 'XXX',
    paymentRequestId: challengeId,
  });
}

export const challengeJack = asPhone.challengeJack.handler(({ context, input }) =>
  once(context, `phone:${context.phoneId}`, 'challengeJack', input, async ({ app, tx, nowMs }) => {
    const [recent] = await tx
      .select({ n: count() })
      .from(jackChallenges)
      .where(
        and(
          eq(jackChallenges.driverId, context.driverId),
          gt(jackChallenges.createdAtMs, nowMs - possessionLimits.challengeMs),
        ),
      );
    if ((recent?.n ?? 0) >= possessionLimits.challenges) {
      throw refuse('too-many-attempts', 'Ask again in ten minutes.');
    }
    const challengeId = newId();
    const agreement = newEidKeyPair();
    await tx.insert(jackChallenges).values({
      id: challengeId,
      driverId: context.driverId,
      createdAtMs: nowMs,
      agreementSealed: app.secrets.seal(agreement.privateKey, agreementPurpose(challengeId)),
    });
    return {
      answer: {
        challengeId,
        challenge: possessionChallenge(challengeId),
        agreementKey: agreement.publicKey.toString('hex'),
        expiresAtMs: nowMs + possessionLimits.challengeMs,
      },
    };
  }),
);

const agreementPurpose = (challengeId: string) => `jack agreement ${challengeId}`;

/**
 * The identity key that the server and a jack arrive at, while the challenge is unused.
 * @returns null where the challenge is not there any more, or the jack's public key gives no secret
 */
export async function agreedKeyOf(
  { app, tx }: Work,
  driverId: string,
  challengeId: string,
  beaconPublicKey: Buffer,
): Promise<Buffer | null> {
  const [challenge] = await tx
    .select({ sealed: jackChallenges.agreementSealed })
    .from(jackChallenges)
    .where(and(eq(jackChallenges.id, challengeId), eq(jackChallenges.driverId, driverId)));
  if (challenge === undefined || challenge.sealed === null) return null;
  try {
    const privateKey = app.secrets.open(challenge.sealed, agreementPurpose(challengeId));
    return agreedIdentityKey({ role: 'resolver', privateKey }, beaconPublicKey);
  } catch {
    // A point of small order, or sealed under a master key that is gone.
    return null;
  }
}

/**
 * Uses the challenge up, right or wrong.
 *
 * @param key the jack's key; null where there is no such jack: then it is wrong, and looks like it
 * @returns a refusal to be *returned* (a thrown one would give the guess back), or null when it is proved
 */
export async function checkPossession(
  work: Work,
  driverId: string,
  key: Uint8Array | null,
  proof: { challengeId: string; authCode: string },
): Promise<ProblemError | null> {
  const [challenge] = await work.tx
    .update(jackChallenges)
    .set({ usedAtMs: work.nowMs, agreementSealed: null })
    .where(
      and(
        eq(jackChallenges.id, proof.challengeId),
        eq(jackChallenges.driverId, driverId),
        isNull(jackChallenges.usedAtMs),
        gt(jackChallenges.createdAtMs, work.nowMs - possessionLimits.challengeMs),
      ),
    )
    .returning();
  if (challenge === undefined) return refuse('auth-code-stale', 'Ask for a new challenge for the jack.');
  const verdict = verifyAuthCode(
    // The same work where there is no such jack: the time taken says nothing.
    key ?? Buffer.alloc(32),
    possessionChallenge(challenge.id),
    proof.authCode,
    work.nowMs,
  );
  if (key === null || verdict.verdict === 'wrong') {
    return refuse('auth-code-wrong', 'The jack did not sign this challenge, or is not known.');
  }
  return verdict.verdict === 'stale' ? refuse('auth-code-stale', 'The jack’s clock is too far off.') : null;
}
