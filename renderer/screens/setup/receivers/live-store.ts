/**
 * The last minute of levels, as the chart draws them.
 *
 *   live event ─▶ one column per quarter second, one row per code and receiver ─▶ series(…)
 *
 * Bounded: at most 400 rows; a row that was silent for a minute makes room. React hears of new codes
 * and rates once a second at most; the chart reads the columns by itself.
 */
import type { LiveEvent } from '../../../../shared/station-contract/index.ts';

export const columnMs = 250;
export const columns = 240;
const maxRows = 400;
const tellEveryMs = 1_000;

interface Row {
  code: string;
  receiverId: string;
  /** Ring: column number modulo {@link columns}. */
  dbm: Float32Array;
  lastColumn: number;
  lastDbm: number;
}

export interface HeardCode {
  code: string;
  /** Its loudest level within the last seconds. */
  dbm: number;
}
export interface LiveSummary {
  /** Loudest first. */
  codes: readonly HeardCode[];
  receiverIds: readonly string[];
}

export class LiveStore {
  readonly #rows = new Map<string, Row>();
  #nowColumn = 0;
  #summary: LiveSummary = { codes: [], receiverIds: [] };
  #toldAtMs = 0;
  #listeners = new Set<() => void>();

  readonly get = (): LiveSummary => this.#summary;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Station time of the newest column, in seconds. */
  get nowSeconds(): number {
    return (this.#nowColumn * columnMs) / 1000;
  }

  take(event: LiveEvent): void {
    this.#nowColumn = Math.floor(event.atMs / columnMs);
    for (const { code, receiverId, smoothedDbm, rawDbm } of event.levels) {
      const dbm = smoothedDbm ?? rawDbm;
      if (dbm !== null) this.#put(code, receiverId, dbm);
    }
    if (Math.abs(event.atMs - this.#toldAtMs) < tellEveryMs) return;
    this.#toldAtMs = event.atMs;
    this.#forgetOld();
    this.#summary = this.#summarise();
    for (const listener of [...this.#listeners]) listener();
  }

  /** Times in seconds relative to now (−60 … 0), for {@link series}. */
  times(): number[] {
    return Array.from({ length: columns }, (_, index) => ((index + 1 - columns) * columnMs) / 1000);
  }

  /** One line: a code at one receiver; without a receiver at whichever hears it loudest. */
  series(code: string, receiverId: string | null): (number | null)[] {
    const line: (number | null)[] = new Array(columns).fill(null);
    for (const row of this.#rows.values()) {
      if (row.code !== code || (receiverId !== null && row.receiverId !== receiverId)) continue;
      for (let index = 0; index < columns; index++) {
        const dbm = this.#at(row, this.#nowColumn - columns + 1 + index);
        const before = line[index] ?? null;
        if (dbm !== null && (before === null || dbm > before)) line[index] = dbm;
      }
    }
    return line;
  }

  #at(row: Row, column: number): number | null {
    if (column > row.lastColumn || column <= row.lastColumn - columns) return null;
    const dbm = row.dbm[column % columns] ?? 0;
    return dbm === 0 ? null : dbm;
  }

  #put(code: string, receiverId: string, dbm: number): void {
    const key = `${code} ${receiverId}`;
    let row = this.#rows.get(key);
    if (row === undefined) {
      if (this.#rows.size >= maxRows) return;
      row = {
        code,
        receiverId,
        dbm: new Float32Array(columns),
        lastColumn: this.#nowColumn - 1,
        lastDbm: dbm,
      };
      this.#rows.set(key, row);
    }
    // Columns that passed without a hearing are empty: 0 dBm is never heard.
    const from = Math.max(row.lastColumn + 1, this.#nowColumn - columns + 1);
    if (row.lastColumn > this.#nowColumn) row.dbm.fill(0);
    for (let column = from; column <= this.#nowColumn; column++) row.dbm[column % columns] = 0;
    row.dbm[this.#nowColumn % columns] = dbm;
    row.lastColumn = this.#nowColumn;
    row.lastDbm = dbm;
  }

  #forgetOld(): void {
    for (const [key, row] of this.#rows) {
      if (Math.abs(this.#nowColumn - row.lastColumn) > columns) this.#rows.delete(key);
    }
  }

  #summarise(): LiveSummary {
    const codes = new Map<string, number>();
    const receiverIds = new Set<string>();
    for (const { code, receiverId, lastDbm } of this.#rows.values()) {
      codes.set(code, Math.max(codes.get(code) ?? -200, lastDbm));
      receiverIds.add(receiverId);
    }
    return {
      codes: [...codes].map(([code, dbm]) => ({ code, dbm })).sort((a, b) => b.dbm - a.dbm),
      receiverIds: [...receiverIds].sort(),
    };
  }
}

/** What people call a code: its last four digits. */
export const codeTail = (code: string): string => code.slice(-4);
