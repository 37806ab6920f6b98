import type { RadioModel } from './radio-model.ts';

/** Preamble 1, access address 4, header 2, address 6, CRC 3 bytes (Core Spec Vol 6 Part B 2.1). */
const overheadBytes = 16;
const usPerByte = 8; // 1 Mbit/s

/** Air time of one advertising packet, ms. */
export function airTimeMs(dataBytes: number): number {
  return ((overheadBytes + dataBytes) * usPerByte) / 1000;
}

/** γ at which ½ e^(−γ/2) = 0.001, in dB: what "sensitivity" means in the Core Specification. */
const gammaAtSensitivityDb = 10 * Math.log10(-2 * Math.log(0.002));

/**
 * Probability that a packet is heard without an error. Bit errors of non-coherent binary FSK,
 * ½ e^(−γ/2) (Proakis 5.4), anchored so that 0.1 % of the bits are wrong at the sensitivity.
 */
export function packetSuccess(model: RadioModel, levelDbm: number, dataBytes: number): number {
  const gamma = 10 ** ((levelDbm - model.sensitivityDbm + gammaAtSensitivityDb) / 10);
  const bitError = 0.5 * Math.exp(-gamma / 2);
  // The receiver must find the access address and pass the CRC; the preamble may be damaged.
  const bits = (overheadBytes - 1 + dataBytes) * 8;
  return (1 - bitError) ** bits;
}

/**
 * Mean number of other packets that overlap one of `airMs` when others start `othersPerSecond` packets
 * on the same channel, all as long (pure ALOHA: vulnerable for twice the air time, Abramson 1970).
 */
export function meanOverlaps(airMs: number, othersPerSecond: number): number {
  return (2 * airMs * othersPerSecond) / 1000;
}
