/** From a moment to another, the second not included. UTC milliseconds. */
export interface Span {
  fromMs: number;
  toMs: number;
}
