import { problemCodeOf } from '../phone/index.ts';

export const lotErrorCodes = [
  'invalid-command',
  'unknown-vehicle',
  'unknown-lane',
  'unknown-receiver',
  'unknown-preorder',
  'plate-taken',
  'no-phone',
  'moving',
  'server-unreachable',
  'server-refused',
] as const;
export type LotErrorCode = (typeof lotErrorCodes)[number];

/** A verb that could not be done, with the reason for the person who wrote it. */
export class LotError extends Error {
  readonly code: LotErrorCode;

  constructor(code: LotErrorCode, text: string) {
    super(text);
    this.name = 'LotError';
    this.code = code;
  }
}

/** What the payment server answered (or that it did not), in the lot's words. */
export function serverError(error: unknown): LotError {
  const problem = problemCodeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  return problem === null
    ? new LotError('server-unreachable', `the payment server did not answer: ${text}`)
    : new LotError('server-refused', `the payment server refused: ${problem} (${text})`);
}
