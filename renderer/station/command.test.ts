import { ORPCError } from '@orpc/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { commandDelays, sendCommand } from './command.ts';
import { NotSentError, StationConnection } from './connection.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A connection whose wire is always there: only the calls decide. */
const connection = new StationConnection(async () => {
  throw new Error('not used');
});
vi.spyOn(connection, 'whenConnected').mockResolvedValue();

const never = () => new Promise<never>(() => {});

/** AbortSignal.timeout ignores fake timers: these stand in for it. */
vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), ms);
  return controller.signal;
});

describe('a command', () => {
  it('is asked again when no answer came, and then tells the first answer', async () => {
    const call = vi.fn().mockImplementationOnce(never).mockResolvedValueOnce('kept');
    const onChecking = vi.fn();
    const result = sendCommand(connection, call, onChecking);
    await vi.advanceTimersByTimeAsync(commandDelays.answerMs + commandDelays.betweenMs);
    expect(await result).toEqual({ ok: true, value: 'kept' });
    expect(onChecking).toHaveBeenCalledTimes(1);
  });

  it('is never said to have failed while nobody knows', async () => {
    const result = sendCommand(connection, never);
    await vi.advanceTimersByTimeAsync(commandDelays.giveUpMs + commandDelays.answerMs);
    expect(await result).toEqual({ ok: false, error: { kind: 'outcome-unknown' } });
  });

  it('that never left is said to have changed nothing', async () => {
    const call = vi.fn().mockRejectedValue(new NotSentError());
    expect(await sendCommand(connection, call)).toEqual({ ok: false, error: { kind: 'not-sent' } });
    expect(call).toHaveBeenCalledTimes(1);
  });

  it('that was refused is not asked again', async () => {
    const by = { staffId: 'x', displayName: 'Park S.', role: 'attendant' };
    const refusal = new ORPCError('REFUSED', { data: { reason: 'claimed-by-other', by } });
    const call = vi.fn().mockRejectedValue(refusal);
    expect(await sendCommand(connection, call)).toEqual({
      ok: false,
      error: { kind: 'refused', reason: 'claimed-by-other', by },
    });
    expect(call).toHaveBeenCalledTimes(1);
  });
});
