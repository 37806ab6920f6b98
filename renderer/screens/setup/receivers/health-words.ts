import { throwIllegalValue } from '../../../../shared/domain/index.ts';
import type { ReceiverView } from '../../../../shared/station-contract/index.ts';
import type { Tone } from '../../../parts/index.ts';
import { formatDuration, type Words } from '../../../words/index.ts';

/** Why a receiver does not hear, in words that fit what it is; an unknown code is shown as it is. */
export function reasonWords(reason: string, spec: string, w: Words): string {
  const own = w.receiverReasons[`${placeKind(spec)} ${reason}`];
  return own ?? w.receiverReasons[reason] ?? w.setup.failedHint(reason);
}

/** An adapter has neither cable nor speed nor a group of its port, and a serial server no socket of this machine. */
function placeKind(spec: string): 'adapter' | 'network' | 'port' {
  if (/^(bluez|native)(:|$)/.test(spec)) return 'adapter';
  return /^[a-z-]+:tcp:/.test(spec) ? 'network' : 'port';
}

/** A receiver's state in a word, and what to do about it. */
export function healthWords(
  receiver: ReceiverView,
  nowMs: number,
  w: Words,
): { tone: Tone; word: string; hint: string | null } {
  const { health } = receiver;
  switch (health.state) {
    case 'healthy':
      return { tone: 'green', word: w.setup.healthy, hint: null };
    case 'starting':
      return { tone: 'amber', word: w.setup.starting, hint: null };
    case 'silent':
      return {
        tone: 'red',
        word: w.setup.silent(formatDuration(Math.max(0, nowMs - health.sinceMs))),
        hint: w.setup.silentHint(health.restarts, placeKind(receiver.spec)),
      };
    case 'failed': {
      const waitMs = health.retryAtMs === null ? null : Math.max(0, health.retryAtMs - nowMs);
      const retry = waitMs === null ? '' : ` ${w.setup.retryIn(formatDuration(waitMs))}`;
      return {
        tone: 'red',
        word: w.setup.failed,
        hint: reasonWords(health.reason, receiver.spec, w) + retry,
      };
    }
    case 'unstable': {
      const minutes = Math.round(health.withinMs / 60_000);
      const said = w.setup.unstableHint(health.losses, minutes, placeKind(receiver.spec));
      // What ends its scan from outside is no fault of a cable.
      const why =
        health.reason === 'discovery-stopped' ? ` ${reasonWords(health.reason, receiver.spec, w)}` : '';
      return {
        tone: 'amber',
        word: health.connected ? w.setup.unstable : w.setup.unstableAway,
        hint: `${said}${why} ${w.setup.unstableUntil(minutes)}`,
      };
    }
    case 'closed':
      return { tone: 'plain', word: w.setup.closed, hint: null };
    default:
      return throwIllegalValue(health);
  }
}
