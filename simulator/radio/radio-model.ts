/**
 * Every number of the radio model, with where it comes from. Levels dBm, losses dB, lengths m.
 *
 *   RSSI = power at 1 m − 10·n·log10(d) + shadowing + fading − car body − mounting − what stands between
 *
 * Sources
 *   [R]  T. S. Rappaport, Wireless Communications, 2nd ed. 2002: log-distance path loss 4.9.1,
 *        log-normal shadowing 4.9.2 (n 2.7–3.5 urban, 2 free space), Rician and Rayleigh fading 5.6
 *   [G]  M. Gudmundson, "Correlation model for shadow fading in mobile radio systems",
 *        Electronics Letters 27(23), 1991: R(Δd) = σ² e^(−Δd/d_corr)
 *   [F]  R. Faragher and R. Harle, "Location fingerprinting with Bluetooth Low Energy beacons",
 *        IEEE JSAC 33(11), 2015: deep fades over centimetres, different on each of the three channels
 *   [C]  Bluetooth Core Specification: Vol 6 Part A 3 (receiver: sensitivity at 0.1 % bit errors,
 *        co-channel interference), Vol 6 Part B 2.1 (packet on the air), 4.4.2.2 (advInterval + advDelay
 *        of 0–10 ms), 4.4.3 (scanning), 1.4.1 (channels 37, 38, 39)
 *   [P]  J. G. Proakis, Digital Communications, 4th ed. 2001, 5.4: non-coherent binary FSK, ½ e^(−γ/2)
 *   [A]  N. Abramson, "The ALOHA System", AFIPS 1970: a packet of length T survives 2·T without another
 *   [N]  Nordic nRF52840 Product Specification: sensitivity −95 dBm at 1 Mbit/s, RSSI accuracy ±2 dB
 *   [O]  Our own choice where no paper says it, in the range of what such cars showed in recordings
 */
export interface RadioModel {
  /** Median level at 1 m in the open, dBm: −59 for beacons at 0 dBm; a jack has the car's power and sends at +4. */
  powerAt1mDbm: number;
  /** How jacks differ from each other (batteries, moulding, how they sit), dB, standard deviation [O]. */
  powerSpreadDb: number;
  /** n [R]: a forecourt under a canopy lies a little above free space. */
  pathLossExponent: number;
  /** σ of shadowing [R], and the distance over which it is forgotten [G]. */
  shadowingDb: number;
  shadowingDistanceM: number;
  /** Rician K (power of the direct ray over all others, as a factor, not dB) in sight and behind metal [R]. */
  ricianKInSight: number;
  ricianKBehindMetal: number;
  /** Fades are forgotten after half a wavelength at 2.44 GHz [F] … */
  fadingDistanceM: number;
  /** … and, while the car stands, after so long, because people and other cars move [O]. */
  fadingTimeMs: number;
  /** Sheet metal and glass of a car, by where the receiver lies as seen from the car [O]. */
  bodyLossDb: { front: number; side: number; rear: number };
  /** How cars differ from each other, dB, standard deviation [O]. */
  bodySpreadDb: number;
  /** Added by the place of the socket [O]. */
  mountingLossDb: { dash: number; console: number; glovebox: number; boot: number };
  /** A dispenser or a wall between [O]. */
  obstacleLossDb: number;
  /** A receiver on a dispenser or a wall hears less behind it than before it [O]. */
  frontToBackDb: number;
  /** Level at which 0.1 % of the bits are wrong [C][N]. */
  sensitivityDbm: number;
  /** Receivers differ in what they say for the same level, dB, standard deviation [N]. */
  receiverSpreadDb: number;
  /** A packet survives another one on the same channel when it is so much stronger [C] (C/I co-channel). */
  captureDb: number;
  /** Share of packets lost to channel changes of the scanner and to Wi-Fi [O]. */
  deafShare: number;
  /** Advertising interval and the random delay that the specification adds [C 4.4.2.2]. */
  advertisingIntervalMs: number;
  advertisingDelayMs: number;
  /** How long a scanner stays on one channel, ms [C 4.4.3]; its window is its whole interval. */
  scanIntervalMs: number;
  /** What the RSSI of a controller can say at most and at least. */
  rssiCeilingDbm: number;
  rssiFloorDbm: number;
}

export const radioModel: RadioModel = {
  powerAt1mDbm: -55,
  powerSpreadDb: 3,
  pathLossExponent: 2.2,
  shadowingDb: 3.5,
  shadowingDistanceM: 5,
  ricianKInSight: 4,
  ricianKBehindMetal: 0.5,
  fadingDistanceM: 0.0615,
  fadingTimeMs: 1500,
  bodyLossDb: { front: 3, side: 5, rear: 9 },
  bodySpreadDb: 2,
  mountingLossDb: { dash: 0, console: 3, glovebox: 5, boot: 8 },
  obstacleLossDb: 8,
  frontToBackDb: 10,
  sensitivityDbm: -95,
  receiverSpreadDb: 1.5,
  captureDb: 9,
  deafShare: 0.03,
  advertisingIntervalMs: 100,
  advertisingDelayMs: 10,
  scanIntervalMs: 30,
  rssiCeilingDbm: -20,
  rssiFloorDbm: -110,
};

export type Mounting = keyof RadioModel['mountingLossDb'];
export const mountings: readonly Mounting[] = ['dash', 'console', 'glovebox', 'boot'];
/** Where cars have the socket that is used, shares of 20 [O]. */
export const mountingShares: Record<Mounting, number> = { dash: 10, console: 7, glovebox: 2, boot: 1 };
/** As {@link mountings}, each as often as cars have it, to draw one from. */
export const mountingUrn: readonly Mounting[] = mountings.flatMap((mounting) =>
  new Array<Mounting>(mountingShares[mounting]).fill(mounting),
);
