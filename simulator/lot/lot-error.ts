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
