/** The installer's part of the station in memory: what a screen can run into, and nothing more. */
import { implement } from '@orpc/server';
import {
  type CheckEvent,
  type FoundReceiver,
  type LaneRadioView,
  type LiveEvent,
  type PresenceWhyView,
  type RemedyView,
  stationContract,
  type WalkReport,
} from '../../shared/station-contract/index.ts';

export class FakeInstaller {
  found: FoundReceiver[] = [];
  problem: 'no-udev' | null = null;
  checkEvents: CheckEvent[] = [];
  remedy: RemedyView | null = null;
  /** What the live stream says; it then stays open. */
  live: LiveEvent[] = [];
  /** The role may not see the radio. */
  forbidden = false;
  lanes: LaneRadioView[] = [];
  why: PresenceWhyView | null = null;
  lastWalk: WalkReport | null = null;
  readonly added: { name: string; spec: string }[] = [];

  routes() {
    const os = implement(stationContract);
    const idle = { code: null, silentAfterMs: 20_000, lastHeardAtMs: null, heard: null };
    return {
      receivers: {
        remedy: os.receivers.remedy.handler(() => ({ remedy: this.remedy })),
        discover: os.receivers.discover.handler(() => ({ found: this.found, problem: this.problem })),
        check: os.receivers.check.handler(() => said(this.checkEvents, undefined, true)),
        add: os.receivers.add.handler(({ input }) => {
          this.added.push({ name: input.name, spec: input.spec });
          return { receiverId: 'r-1', receivers: [] };
        }),
        live: os.receivers.live.handler(({ errors, signal }) => {
          if (this.forbidden) throw errors.FORBIDDEN({ data: { needs: ['manager', 'installer'] } });
          return said(this.live, signal);
        }),
        why: os.receivers.why.handler(() => ({ why: this.why })),
      },
      lanes: { get: os.lanes.get.handler(() => ({ lanes: this.lanes })) },
      testBeacon: { get: os.testBeacon.get.handler(() => idle) },
      walkTest: {
        state: os.walkTest.state.handler(() => ({ running: null, last: this.lastWalk })),
        reports: os.walkTest.reports.handler(() => ({ reports: [] })),
      },
      recording: { list: os.recording.list.handler(() => ({ recordings: [], freeMb: 1_000 })) },
    };
  }
}

async function* said<T>(events: readonly T[], signal: AbortSignal | undefined, ends = false) {
  yield* events;
  if (ends) return;
  await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
}
