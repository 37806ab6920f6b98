/** The shapes that all others are made of. */
import * as z from 'zod';

/** UTC milliseconds since 1970. */
export const utcMs = z.number().int().min(0).max(8_640_000_000_000_000);
/** UUID (ours are version 7). */
export const id = z.uuid();
/** Integer minor units, not negative, small enough to stay exact in every multiplication we do. */
export const amountMinor = z.number().int().min(0).max(1_000_000_000_000);
/** ISO 4217. */
export const currency = z.string().regex(/^[A-Z]{3}$/);
export const money = z.object({ amountMinor, currency });
