/** A text is given a name when it comes the third time: lists of other lengths would fill the database's memory. */
const preparedFrom = 3;
const textsMax = 1_000;

/** How often each text came; what comes often is given a name, under which a connection has it prepared. */
export class StatementNames {
  #seen = new Map<string, { count: number; name: string }>();
  #last = 0;

  /** @returns undefined where it is not worth a name */
  of(text: string): string | undefined {
    let entry = this.#seen.get(text);
    if (entry === undefined) {
      // Names are never given twice, so what a connection has prepared under one stays true.
      if (this.#seen.size >= textsMax) return undefined;
      entry = { count: 0, name: `s${++this.#last}` };
      this.#seen.set(text, entry);
    }
    entry.count++;
    return entry.count >= preparedFrom ? entry.name : undefined;
  }
}
