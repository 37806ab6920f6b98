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
  type WalkState,
} from '../../shared/station-contract/index.ts';
import { sameValue } from '../../shared/station-facts/index.ts';

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
  /** Receivers that were renamed. */
  readonly names: Record<string, string> = {};
  why: PresenceWhyView | null = null;
  walk: Omit<WalkState, 'last'> = { running: null, ended: null };
  lastWalk: WalkReport | null = null;
  /** How often a walk test was cancelled, and its last tap taken back. */
  readonly walkCalls = { cancel: 0, takeBack: 0 };
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
        rename: os.receivers.rename.handler(({ input, errors }) => {
          if (input.seen !== undefined && input.seen !== (this.names[input.receiverId] ?? input.seen))
            throw errors.REFUSED({ data: { reason: 'changed-meanwhile' } });
          this.names[input.receiverId] = input.name;
          return { receivers: [] };
        }),
        live: os.receivers.live.handler(({ errors, signal }) => {
          if (this.forbidden) throw errors.FORBIDDEN({ data: { needs: ['manager', 'installer'] } });
          return said(this.live, signal);
        }),
        why: os.receivers.why.handler(() => ({ why: this.why })),
      },
      lanes: {
        get: os.lanes.get.handler(() => ({ lanes: this.lanes })),
        set: os.lanes.set.handler(({ input, errors }) => {
          const late = input.seen?.some(
            ({ laneId, receivers }) =>
              !sameValue(receivers, this.lanes.find((lane) => lane.laneId === laneId)?.receivers),
          );
          if (late) throw errors.REFUSED({ data: { reason: 'changed-meanwhile' } });
          this.lanes = this.lanes.map((lane) => ({
            ...lane,
            ...input.lanes.find(({ laneId }) => laneId === lane.laneId),
          }));
          return { lanes: this.lanes };
        }),
      },
      testBeacon: { get: os.testBeacon.get.handler(() => idle) },
      walkTest: {
        state: os.walkTest.state.handler(() => ({ ...this.walk, last: this.lastWalk })),
        cancel: os.walkTest.cancel.handler(() => {
          this.walkCalls.cancel += 1;
          this.walk = { running: null, ended: this.walk.ended };
          return { ...this.walk, last: this.lastWalk };
        }),
        takeBack: os.walkTest.takeBack.handler(() => {
          this.walkCalls.takeBack += 1;
          this.walk.running?.marks.pop();
          return { ...this.walk, last: this.lastWalk };
        }),
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
