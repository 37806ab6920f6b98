/**
 * A virtual cigar jack: lives from the 12 V socket.
 *
 *   unpowered ──engine on──▶ powered: advertises its code, answers the phone's challenges
 *       ▲                       │
 *       └──────engine off───────┘   silent; its clock runs on (a small cell keeps it)
 */
import { type AuthCodeSubject, authCode, authCodeChallenge } from '../../shared/auth-code/index.ts';
import { type BeaconCode, beaconCode, type Clock } from '../../shared/domain/index.ts';
import { agreedIdentityKey, codeAt, eidPublicKey } from '../../shared/eid/index.ts';
import type { RadioModel, Random } from '../radio/index.ts';
import { advertisingData } from './advertising-data.ts';
import { newPrivateAddress, privateAddressLifeMs } from './private-address.ts';

export const jackKinds = ['static', 'rotating', 'ibeacon', 'altbeacon'] as const;
/** `static` is Eddystone-UID and `rotating` Eddystone-EID; the other two are static codes as well. */
export type JackKind = (typeof jackKinds)[number];

/** The simulator's operator, first half of every Eddystone-UID: ten bytes of no meaning. */
export const simulatorNamespace = '5b3a1e0f7c6d4a29b8e1';

/** What the jack tells the phone that registers it (server contract `jackSecrets`). */
export type JackSecrets =
  | { behaviour: 'static'; code: string }
  | {
      behaviour: 'rotating';
      identityKey: string;
      rotationExponent: number;
      counterSeconds: number;
      counterAtMs: number;
    };

/** What a rotating jack tells after it has agreed on its identity key. */
export interface AgreedSecrets {
  behaviour: 'rotating-agreed';
  beaconPublicKey: string;
  rotationExponent: number;
  counterSeconds: number;
  counterAtMs: number;
}

export interface Advertisement {
  address: string;
  addressType: 'random';
  data: Uint8Array;
}

export interface JackOptions {
  kind: JackKind;
  random: Random;
  clock: Clock;
  model: RadioModel;
  /** K of a rotating code: changes every 2^K seconds; 6 to 10 are usual, 9 (8.5 minutes) by default. */
  rotationExponent?: number;
}

type Code =
  | { rotates: false; code: BeaconCode }
  | {
      rotates: true;
      /** Agreed anew with each server that the jack is registered at. */
      identityKey: Uint8Array;
      rotationExponent: number;
      counterSeconds: number;
      counterAtMs: number;
    };

export class VirtualJack {
  readonly kind: JackKind;
  /** Level at 1 m in the open, dBm; this jack's own, spread about the model's. */
  readonly powerAt1mDbm: number;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #authenticationKey: Uint8Array;
  readonly #code: Code;
  readonly #onPowered = new Set<() => void>();
  #powered = false;
  #address = '';
  #addressUntilMs = 0;
  #lastCode: BeaconCode | null = null;
  #lastData = new Uint8Array();

  constructor(options: JackOptions) {
    this.kind = options.kind;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#authenticationKey = options.random.bytes(32);
    this.#code = newCode(options);
    this.powerAt1mDbm = options.model.powerAt1mDbm + options.random.normal() * options.model.powerSpreadDb;
  }

  get powered(): boolean {
    return this.#powered;
  }

  /** The 12 V socket goes live or dead with the engine. */
  setPower(powered: boolean): void {
    if (powered === this.#powered) return;
    this.#powered = powered;
    if (!powered) return;
    for (const action of [...this.#onPowered]) action();
  }

  /** Calls back each time power comes. @returns stop calling */
  onPowered(action: () => void): () => void {
    this.#onPowered.add(action);
    return () => this.#onPowered.delete(action);
  }

  /** The code it broadcasts now (or would, with power). */
  code(): BeaconCode {
    return this.#code.rotates ? codeAt(this.#code, this.#clock.nowMs()) : this.#code.code;
  }

  /** What goes on the air now, or null without power. A new code comes with a new address. */
  advertise(): Advertisement | null {
    if (!this.#powered) return null;
    const nowMs = this.#clock.nowMs();
    const code = this.code();
    const codeChanged = code !== this.#lastCode;
    if (codeChanged) {
      this.#lastCode = code;
      this.#lastData = new Uint8Array(advertisingData(code, this.powerAt1mDbm));
    }
    // A rotating code under an old address would be linked to the one before by anybody who listens.
    if (nowMs >= this.#addressUntilMs || (codeChanged && this.#code.rotates)) {
      this.#address = newPrivateAddress(this.#random);
      this.#addressUntilMs = nowMs + privateAddressLifeMs;
    }
    return { address: this.#address, addressType: 'random', data: this.#lastData };
  }

  /** The authentication code for one payment, or null without power: the jack makes it, not the phone. */
  authenticate(subject: AuthCodeSubject): string | null {
    if (!this.#powered) return null;
    return authCode(this.#authenticationKey, authCodeChallenge(subject), this.#clock.nowMs());
  }

  /**
   * Over the two-way channel: the jack signs what the server asks, which proves that it is at hand and approves
   * nothing. Null without power.
   *
   * @param challenge 64 hex digits (server contract `challengeJack`)
   */
  prove(challenge: string): string | null {
    if (!this.#powered) return null;
    return authCode(this.#authenticationKey, challenge, this.#clock.nowMs());
  }

  /**
   * Over the two-way channel: a rotating jack answers the server's X25519 public key with its own, and reckons its
   * new identity key by itself. Null without power, and for a static one.
   *
   * @param serverPublicKey 64 hex digits (server contract `challengeJack`)
   */
  agree(serverPublicKey: string): AgreedSecrets | null {
    if (!this.#powered || !this.#code.rotates) return null;
    const privateKey = this.#random.bytes(32);
    this.#code.identityKey = agreedIdentityKey(
      { role: 'beacon', privateKey },
      Buffer.from(serverPublicKey, 'hex'),
    );
    const { rotationExponent, counterSeconds, counterAtMs } = this.#code;
    return {
      behaviour: 'rotating-agreed',
      beaconPublicKey: eidPublicKey(privateKey).toString('hex'),
      ...{ rotationExponent, counterSeconds, counterAtMs },
    };
  }

  /** Over the two-way channel, once, to the phone that registers it. */
  registration(): { secrets: JackSecrets; authenticationKey: string } {
    const authenticationKey = Buffer.from(this.#authenticationKey).toString('hex');
    if (!this.#code.rotates) {
      return { secrets: { behaviour: 'static', code: this.#code.code }, authenticationKey };
    }
    const { identityKey, rotationExponent, counterSeconds, counterAtMs } = this.#code;
    return {
      secrets: {
        behaviour: 'rotating',
        identityKey: Buffer.from(identityKey).toString('hex'),
        rotationExponent,
        counterSeconds,
        counterAtMs,
      },
      authenticationKey,
    };
  }
}

function newCode(options: JackOptions): Code {
  const { kind, random } = options;
  const hex = (length: number) => Buffer.from(random.bytes(length)).toString('hex');
  switch (kind) {
    case 'static':
      return { rotates: false, code: beaconCode('eddystone-uid', simulatorNamespace + hex(6)) };
    case 'ibeacon':
    case 'altbeacon':
      return { rotates: false, code: beaconCode(kind, hex(20)) };
    case 'rotating':
      return {
        rotates: true,
        identityKey: random.bytes(16),
        rotationExponent: options.rotationExponent ?? 9,
        // It has been on sale and in the car for a while.
        counterSeconds: random.int(0, 40_000_000),
        counterAtMs: Math.floor(options.clock.nowMs()),
      };
  }
}
