/** An expected outcome that the caller must look at. A bug throws instead. */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value });
export const err = <E>(error: E): Result<never, E> => ({ ok: false, error });

/** Ends a switch over a union: the compiler refuses it while a case is missing. */
export function throwIllegalValue(value: never): never {
  throw new Error(`illegal value: ${JSON.stringify(value)}`);
}
