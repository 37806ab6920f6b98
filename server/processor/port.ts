/**
 * What the payment server asks of a payment processor. Every call carries a reference of ours: the
 * processor does the thing at most once per reference, and can be asked later what became of it.
 */
import type { IncomingHttpHeaders } from 'node:http';

export type ProcessorAnswer =
  | { outcome: 'succeeded'; authorisation: string }
  | { outcome: 'declined'; reason: string }
  /** No answer, or none that says: the money may or may not have moved. Look it up. */
  | { outcome: 'unknown'; detail: string };

export interface ProcessorMoney {
  amountMinor: number;
  currency: string;
}

export interface PaymentProcessor {
  /** Holds money on a card. */
  authorise(ask: {
    reference: string;
    processorToken: string;
    money: ProcessorMoney;
  }): Promise<ProcessorAnswer>;
  /** Takes money from a card at once: held and taken in one step, or neither. The exact amount is known. */
  purchase(ask: {
    reference: string;
    processorToken: string;
    money: ProcessorMoney;
  }): Promise<ProcessorAnswer>;
  /** Takes at most what was held, once; what is not taken is released. */
  capture(ask: { reference: string; authorisation: string; money: ProcessorMoney }): Promise<ProcessorAnswer>;
  /** Releases everything that was held. */
  void(ask: { reference: string; authorisation: string }): Promise<ProcessorAnswer>;
  /** Gives back what was captured, whole or in part. */
  refund(ask: { reference: string; authorisation: string; money: ProcessorMoney }): Promise<ProcessorAnswer>;
  /** What became of a reference; null when the processor never heard of it. */
  lookup(reference: string, about?: LookupSubject): Promise<ProcessorAnswer | null>;
  /** Tells of what the processor says by itself, where it does. Once, before anything is asked. */
  onCallback?(listener: (callback: ProcessorCallback) => void): void;
  /** Reads a callback that came over HTTP, byte for byte as it came. Absent where none comes that way. */
  readCallback?(headers: IncomingHttpHeaders, body: Buffer): CallbackRead;
}

/** What the reference was given with: some processors find by it what a reference alone does not tell. */
export interface LookupSubject {
  kind: 'authorise' | 'capture' | 'void' | 'refund' | 'purchase';
  authorisation: string | null;
}

/**
 * "Something happened to this": by our reference, by the processor's authorisation, or both. What happened is
 * never taken from a callback, which may be late, doubled or out of order; it is looked up.
 */
export interface ProcessorCallback {
  references: string[];
  authorisation: string | null;
}

export type CallbackRead =
  | { read: 'callback'; callback: ProcessorCallback }
  /** Signed, and about nothing that concerns us. */
  | { read: 'nothing' }
  | { read: 'refused'; reason: string };
