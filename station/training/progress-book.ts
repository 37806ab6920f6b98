/**
 * Who has finished which exercise: one small file beside the training folders, never in the station's
 * records. It is written whole, to a second file that then takes its place.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { type ExerciseId, exerciseId } from '../../shared/station-contract/index.ts';
import { exercises } from '../../shared/station-facts/index.ts';

const finished = z.object({
  firstAtMs: z.number().int(),
  times: z.number().int().min(1),
  mistakes: z.number().int().min(0),
});
const pages = z.record(z.string(), z.partialRecord(exerciseId, finished));
type Pages = z.infer<typeof pages>;

export type FinishedExercise = z.infer<typeof finished> & { exercise: ExerciseId };

export class ProgressBook {
  readonly #path: string;
  #pages: Pages;

  constructor(path: string) {
    this.#path = path;
    this.#pages = read(path);
  }

  of(staffId: string): FinishedExercise[] {
    const page = this.#pages[staffId] ?? {};
    return exercises.flatMap((exercise) => {
      const entry = page[exercise];
      return entry === undefined ? [] : [{ exercise, ...entry }];
    });
  }

  /** @throws when it cannot be written; what was known stays. */
  add(staffId: string, exercise: ExerciseId, atMs: number, mistakes: number): void {
    const page = this.#pages[staffId] ?? {};
    const before = page[exercise];
    const entry = {
      firstAtMs: before?.firstAtMs ?? atMs,
      times: (before?.times ?? 0) + 1,
      mistakes: Math.min(before?.mistakes ?? mistakes, mistakes),
    };
    const next = { ...this.#pages, [staffId]: { ...page, [exercise]: entry } };
    write(this.#path, JSON.stringify(next));
    this.#pages = next;
  }
}

/** A file that cannot be read counts as empty: progress is worth a note, not a station that does not start. */
function read(path: string): Pages {
  try {
    const parsed = pages.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? parsed.data : {};
  } catch {
    return {};
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const beside = `${path}.new`;
  const file = openSync(beside, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
}
