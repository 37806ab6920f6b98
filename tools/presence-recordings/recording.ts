/**
 * Recordings of a car that drives in and out of a bay (format: README.md beside the data).
 *
 *   car_*.csv ─▶ slots of 100 ms, one RSSI per receiver ─▶ Recording { hearings, arrivals, wasInBay }
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The three receivers that are listened to, chosen once by their place in the plan and the same for all
 * runs: the middle of the drive outside (6.8 m before the door line), the left post outside the door (2.2 m
 * before it), and the wall at the bay's end (13.3 m behind it).
 */
export const chosenReceivers = { outside: 'O-M', door: 'O-DL', bayEnd: 'I-E' } as const;

/** Which columns stand for the three places; in the recording they keep the names of {@link chosenReceivers}. */
export type ReceiverColumns = Readonly<Record<keyof typeof chosenReceivers, string>>;

/** What the receivers write for "not heard in this slot". */
const notHeardDbm = -100;
const slotMs = 100;

export interface Hearing {
  atMs: number;
  receiverId: string;
  rssiDbm: number;
}

export interface Recording {
  name: string;
  /** In the order of time. */
  hearings: Hearing[];
  startMs: number;
  endMs: number;
  /** Label 1 → 2: the car has come to its position in the bay. */
  arrivalsMs: number[];
  /** Label 2 → 1: the car begins to leave the position. */
  leavingsMs: number[];
  /** The car stands in the bay as the recording begins: no rule can have seen it arrive. */
  startsInBay: boolean;
}

/** @throws Error when a file lacks the chosen receivers or the label: a wrong folder, not bad data. */
export function readRecordings(
  folder: string,
  columns: ReceiverColumns = chosenReceivers,
  reversed = false,
): Recording[] {
  return readdirSync(folder)
    .filter((name) => /^car_.*\.csv$/.test(name))
    .sort()
    .map((name) => parseRecording(name, readFileSync(join(folder, name), 'utf8'), columns, reversed));
}

/** @param reversed the receivers' columns are gone through from the last to the first, as another file may have them */
export function parseRecording(
  name: string,
  csv: string,
  chosen: ReceiverColumns = chosenReceivers,
  reversed = false,
): Recording {
  const [head = '', ...lines] = csv.split(/\r?\n/).filter((line) => line.trim() !== '');
  const columns = head.split(',').map((column) => column.trim());
  const labelAt = columns.indexOf('Label');
  const places = ['outside', 'door', 'bayEnd'] as const;
  const receiversAt = places.map((at) => ({
    receiverId: chosenReceivers[at],
    column: columns.indexOf(chosen[at]),
  }));
  receiversAt.sort((a, b) => (reversed ? b.column - a.column : 0));
  if (labelAt < 0 || receiversAt.some((r) => r.column < 0)) {
    throw new Error(`${name}: needs the columns Label, ${Object.values(chosen).join(', ')}`);
  }
  const recording: Recording = {
    name,
    hearings: [],
    startMs: 0,
    endMs: 0,
    arrivalsMs: [],
    leavingsMs: [],
    startsInBay: false,
  };
  let label: number | null = null;
  for (const line of lines) {
    const cells = line.split(',').map(Number);
    const atMs = (cells[0] ?? 0) * slotMs;
    const labelNow = cells[labelAt] ?? 0;
    if (label === null) {
      recording.startMs = atMs;
      recording.startsInBay = labelNow === 2;
    }
    if (label === 1 && labelNow === 2) recording.arrivalsMs.push(atMs);
    if (label === 2 && labelNow !== 2) recording.leavingsMs.push(atMs);
    label = labelNow;
    recording.endMs = atMs;
    for (const { receiverId, column } of receiversAt) {
      const rssiDbm = cells[column] ?? notHeardDbm;
      if (Number.isFinite(rssiDbm) && rssiDbm > notHeardDbm) {
        recording.hearings.push({ atMs, receiverId, rssiDbm });
      }
    }
  }
  return recording;
}
