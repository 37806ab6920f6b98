/**
 * Is this still JSON? Byte by byte, from the brace that opens an object to the one that closes it.
 *
 *   {  key  :  value  ,  …  }          RFC 8259, as far as one byte can contradict it
 *
 * A gateway's log cuts messages off, and the next one begins in the middle of them. Counting braces alone
 * would then swallow message after message; the grammar is contradicted within one.
 */

const byte = {
  tab: 0x09,
  lineFeed: 0x0a,
  carriageReturn: 0x0d,
  space: 0x20,
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openArray: 0x5b,
  backslash: 0x5c,
  closeArray: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;

/** What may come next, outside strings and numbers. */
type Expects = 'key' | 'key-or-end' | 'colon' | 'value' | 'value-or-end' | 'comma-or-end';

const maxDepth = 16;
/** Longer than any number that a gateway prints, and than `false`. */
const maxWordBytes = 40;

export class JsonScanner {
  /** From the outermost inwards; true where it is an object. */
  #inside: boolean[] = [];
  #expects: Expects = 'value';
  #inString = false;
  #escaped = false;
  #wordBytes = 0;

  /** For the opening brace of another object. */
  reset(): void {
    this.#inside = [];
    this.#expects = 'value';
    this.#inString = false;
    this.#escaped = false;
    this.#wordBytes = 0;
  }

  /** `whole`: this byte closed the outermost object. After `broken` it must be reset. */
  take(next: number): 'open' | 'whole' | 'broken' {
    if (this.#inString) return this.#inText(next);
    if (isWordByte(next)) return this.#inWord();
    this.#wordBytes = 0;
    switch (next) {
      case byte.space:
      case byte.tab:
      case byte.lineFeed:
      case byte.carriageReturn:
        return 'open';
      case byte.quote:
        this.#inString = true;
        if (this.#expects === 'key' || this.#expects === 'key-or-end') return this.#then('colon');
        return this.#value();
      case byte.openObject:
        return this.#enter(true);
      case byte.openArray:
        return this.#enter(false);
      case byte.closeObject:
        return this.#leave(true);
      case byte.closeArray:
        return this.#leave(false);
      case byte.colon:
        return this.#expects === 'colon' ? this.#then('value') : 'broken';
      case byte.comma:
        if (this.#expects !== 'comma-or-end') return 'broken';
        return this.#then(this.#inside.at(-1) ? 'key' : 'value');
      default:
        return 'broken';
    }
  }

  #inText(next: number): 'open' | 'broken' {
    // JSON strings hold no raw line ends (RFC 8259 section 7): this quote belongs to a log text, or to
    // a message that was cut off.
    if (next < byte.space) return 'broken';
    if (this.#escaped) this.#escaped = false;
    else if (next === byte.backslash) this.#escaped = true;
    else if (next === byte.quote) this.#inString = false;
    return 'open';
  }

  /** Numbers, `true`, `false` and `null`: JSON.parse looks at them more closely. */
  #inWord(): 'open' | 'broken' {
    if (this.#wordBytes++ > 0) return this.#wordBytes > maxWordBytes ? 'broken' : 'open';
    return this.#value();
  }

  #value(): 'open' | 'broken' {
    if (this.#expects !== 'value' && this.#expects !== 'value-or-end') return 'broken';
    return this.#then('comma-or-end');
  }

  #enter(object: boolean): 'open' | 'broken' {
    if (this.#inside.length === 0 ? !object : this.#value() === 'broken') return 'broken';
    if (this.#inside.length >= maxDepth) return 'broken';
    this.#inside.push(object);
    return this.#then(object ? 'key-or-end' : 'value-or-end');
  }

  #leave(object: boolean): 'open' | 'whole' | 'broken' {
    const empty = object ? 'key-or-end' : 'value-or-end';
    if (this.#expects !== 'comma-or-end' && this.#expects !== empty) return 'broken';
    if (this.#inside.pop() !== object) return 'broken';
    this.#expects = 'comma-or-end';
    return this.#inside.length === 0 ? 'whole' : 'open';
  }

  #then(expects: Expects): 'open' {
    this.#expects = expects;
    return 'open';
  }
}

/** Letters, digits, `+`, `-` and `.`. */
function isWordByte(next: number): boolean {
  return (
    (next >= 0x61 && next <= 0x7a) ||
    (next >= 0x30 && next <= 0x39) ||
    next === 0x2b ||
    next === 0x2d ||
    next === 0x2e ||
    next === 0x45
  );
}
