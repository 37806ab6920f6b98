/**
 * What the payment server asks of a payment processor. Every call carries a reference of ours: the
 * processor does the thing at most once per reference, and can be asked later what became of it.
 */
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
  /** Takes at most what was held, once; what is not taken is released. */
  capture(ask: { reference: string; authorisation: string; money: ProcessorMoney }): Promise<ProcessorAnswer>;
  /** Releases everything that was held. */
  void(ask: { reference: string; authorisation: string }): Promise<ProcessorAnswer>;
  /** Gives back what was captured, whole or in part. */
  refund(ask: { reference: string; authorisation: string; money: ProcessorMoney }): Promise<ProcessorAnswer>;
  /** What became of a reference; null when the processor never heard of it. */
  lookup(reference: string): Promise<ProcessorAnswer | null>;
}
