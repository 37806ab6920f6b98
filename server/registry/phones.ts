/** Phones of an account: invited by one another, revoked by one another. */
import { randomBytes } from 'node:crypto';
import { and, eq, gt, isNull } from 'drizzle-orm';
import { newId } from '../../shared/domain/index.ts';
import { notifyStream, tables } from '../db/index.ts';
import { driverStream } from '../events/index.ts';
import { asPhone, asPublic, hashToken, newToken, once, refuse } from '../http/index.ts';

const { phones, phoneInvitations } = tables;

export const invitationMs = 10 * 60_000;

export const invitePhone = asPhone.invitePhone.handler(({ context, input }) =>
  once(context, `phone:${context.phoneId}`, 'invitePhone', input, async ({ tx, nowMs }) => {
    const invitation = `invite_${randomBytes(24).toString('base64url')}`;
    const expiresAtMs = nowMs + invitationMs;
    await tx.insert(phoneInvitations).values({
      codeHash: hashToken(invitation),
      driverId: context.driverId,
      invitedBy: context.phoneId,
      expiresAtMs,
    });
    return { answer: { invitation, expiresAtMs } };
  }),
);

export const registerPhone = asPublic.registerPhone.handler(({ context, input }) =>
  once(context, 'public', 'registerPhone', input, async ({ tx, nowMs }) => {
    // Used up in the statement that checks it: two phones with one invitation cannot both get in.
    const [used] = await tx
      .update(phoneInvitations)
      .set({ usedAtMs: nowMs })
      .where(
        and(
          eq(phoneInvitations.codeHash, hashToken(input.invitation)),
          isNull(phoneInvitations.usedAtMs),
          gt(phoneInvitations.expiresAtMs, nowMs),
        ),
      )
      .returning();
    const [inviter] =
      used === undefined
        ? []
        : await tx
            .select({ id: phones.id })
            .from(phones)
            .where(and(eq(phones.id, used.invitedBy), isNull(phones.revokedAtMs)));
    // What a phone that was lost meanwhile had invited is worth nothing.
    if (used === undefined || inviter === undefined) {
      throw refuse(
        'pairing-code-refused',
        'Ask for a new invitation: this one is wrong, was used, or is too old.',
      );
    }
    const phoneId = newId();
    const token = newToken('phone');
    await tx.insert(phones).values({
      id: phoneId,
      driverId: used.driverId,
      name: input.phoneName,
      tokenHash: hashToken(token),
      createdAtMs: nowMs,
    });
    return { answer: { driverId: used.driverId, phoneId, token } };
  }),
);

export const renewToken = asPhone.renewToken.handler(({ context, input }) =>
  once(context, `phone:${context.phoneId}`, 'renewToken', input, async ({ tx }) => {
    const token = newToken('phone');
    await tx
      .update(phones)
      .set({ nextTokenHash: hashToken(token) })
      .where(eq(phones.id, context.phoneId));
    return { answer: { token } };
  }),
);

export const revokePhone = asPhone.revokePhone.handler(({ context, input }) =>
  once(context, `phone:${context.phoneId}`, 'revokePhone', input, async (work) => {
    const { tx, nowMs, app } = work;
    const [phone] = await tx
      .select({ id: phones.id })
      .from(phones)
      .where(and(eq(phones.id, input.phoneId), eq(phones.driverId, context.driverId)));
    if (phone === undefined) throw refuse('not-found', 'You have no such phone.');
    await tx
      .update(phones)
      .set({ revokedAtMs: nowMs })
      .where(and(eq(phones.id, phone.id), isNull(phones.revokedAtMs)));
    // Its open streams look at their token again when they wake, in every server process.
    const stream = driverStream(context.driverId);
    if (app.store.listen !== null) await notifyStream(tx, stream);
    work.afterCommit(() => app.bus.wake(stream));
    return { answer: { ok: true as const } };
  }),
);
