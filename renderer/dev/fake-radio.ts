/** What an installer sees while cars come: a minute of levels, which receivers hear which lane, and why. */
import type { LaneRadioView, LiveEvent, PresenceWhyView } from '../../shared/station-contract/index.ts';
import { fakeSite } from './fake-lot.ts';

const code = 'eddystone-uid:00000000000000005c1e';
const other = 'eddystone-uid:000000000000000077a0';
const stepMs = 250;
const steps = 240;

/** One jack drives up to the canopy and stops there; another stays far off. */
export function heardRadio(nowMs: number): {
  live: LiveEvent[];
  lanes: LaneRadioView[];
  why: PresenceWhyView;
} {
  // The same noise each time: pictures are compared.
  const wobble = (step: number, by: number) =>
    (((Math.sin(Math.floor(step / 3) * 127.1) * 43_758.5453) % 1) + Math.sin(step * 0.21)) * by;
  const live = Array.from({ length: steps }, (_, step): LiveEvent => {
    const atMs = nowMs - (steps - 1 - step) * stepMs;
    const near = 1 / (1 + Math.exp(-(step - 110) / 18));
    const at = (which: string, receiverId: string, dbm: number) => ({
      code: which,
      receiverId,
      atMs,
      rawDbm: dbm,
      smoothedDbm: dbm,
      hearings: step,
    });
    return {
      atMs,
      levels: [
        at(code, 'canopy', -87 + near * 34 + wobble(step, 1.6)),
        at(code, 'pickup-lane', -96 + near * 32 + wobble(step + 7, 1.9)),
        at(other, 'canopy', -92 + wobble(step + 3, 1.2)),
      ],
      receivers: null,
    };
  });
  const lanes = fakeSite.lanes.map(({ laneId, kind }, index) => ({
    laneId,
    receivers:
      laneId === 'pump-6'
        ? []
        : [
            {
              receiverId: kind === 'pump' ? 'canopy' : 'pickup-lane',
              enterDbm: index === 0 ? -64 : null,
              exitDbm: index === 0 ? -72 : null,
            },
          ],
    chosen: true,
  }));
  const why: PresenceWhyView = {
    code,
    state: 'arrived',
    laneId: 'pump-4',
    laneCandidates: [],
    rule: 'stronger-in-lane',
    sinceMs: nowMs - 21_000,
    marginDb: 11,
    levels: [
      { receiverId: 'canopy', smoothedDbm: -52, hearings: 240, lastHeardAtMs: nowMs },
      { receiverId: 'pickup-lane', smoothedDbm: -63, hearings: 228, lastHeardAtMs: nowMs },
    ],
  };
  return { live, lanes, why };
}
