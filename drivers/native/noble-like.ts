/**
 * The part of `@stoprocent/noble` 2 that the native driver uses, so that a twin can stand in for it.
 * One Bluetooth stack per process: the library keeps a single object.
 */
export type NativeState =
  | 'unknown'
  | 'resetting'
  | 'unsupported'
  | 'unauthorized'
  | 'poweredOff'
  | 'poweredOn';

export interface NativeAdvertisement {
  manufacturerData?: Uint8Array | null;
  serviceData?: readonly { uuid: string; data: Uint8Array }[] | null;
}

export interface NativePeripheral {
  /** The system's own name for it; on macOS the only one. */
  id: string;
  /** Empty on macOS, which tells no program whose radio it hears. */
  address: string;
  addressType: string;
  rssi: number;
  advertisement: NativeAdvertisement;
}

export interface NobleLike {
  readonly state: string;
  startScanningAsync(serviceUuids: string[], allowDuplicates: boolean): Promise<void>;
  stopScanningAsync(): Promise<void>;
  on(event: 'stateChange', listener: (state: string) => void): unknown;
  on(event: 'scanStop', listener: () => void): unknown;
  on(event: 'discover', listener: (peripheral: NativePeripheral) => void): unknown;
  removeListener(event: 'stateChange', listener: (state: string) => void): unknown;
  removeListener(event: 'scanStop', listener: () => void): unknown;
  removeListener(event: 'discover', listener: (peripheral: NativePeripheral) => void): unknown;
}

/** Loaded on first use; null where it is not installed or does not load on this machine. */
export async function loadNoble(): Promise<NobleLike | null> {
  try {
    // Not a literal: the library is optional, and neither compiler nor bundler may insist on it.
    const name = '@stoprocent/noble';
    const loaded: unknown = await import(name);
    const noble =
      typeof loaded === 'object' && loaded !== null && 'default' in loaded ? loaded.default : null;
    return isNoble(noble) ? noble : null;
  } catch {
    return null;
  }
}

function isNoble(value: unknown): value is NobleLike {
  return typeof value === 'object' && value !== null && 'startScanningAsync' in value && 'state' in value;
}
