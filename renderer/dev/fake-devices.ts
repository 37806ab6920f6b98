/** Kiosks, training and roles of the fake station: what their screens show, and the rules these can run into. */
import { implement } from '@orpc/server';
import { newId } from '../../shared/domain/index.ts';
import {
  type KioskDevice,
  type KioskNetwork,
  type Person,
  stationContract,
} from '../../shared/station-contract/index.ts';
import { abilityNames, rolesWho } from '../../shared/station-facts/index.ts';

export const fakeAbilities = () =>
  abilityNames.map((ability) => ({ ability, commands: [], roles: [...rolesWho[ability]] }));

const fingerprint = Array.from({ length: 32 }, (_, n) => ((n * 37 + 11) % 256).toString(16).padStart(2, '0'))
  .join(':')
  .toUpperCase();

export function fakeDevices(people: readonly Person[]) {
  const os = implement(stationContract);
  const nowMs = Date.now();
  const [manager, attendant] = people;
  let network: KioskNetwork = {
    state: 'on',
    addresses: ['https://192.168.0.7:7443'],
    fingerprint,
    authorityFingerprint: [...fingerprint].reverse().join(''),
    validToMs: nowMs + 300 * 86_400_000,
  };
  let kiosks: KioskDevice[] = [
    {
      kioskId: null,
      name: 'Counter',
      joinedAtMs: null,
      letInBy: null,
      lastSeenAtMs: nowMs,
      on: true,
      people: manager ? [manager] : [],
    },
    {
      kioskId: newId(),
      name: 'Pump handheld',
      joinedAtMs: nowMs - 9 * 86_400_000,
      letInBy: manager ?? null,
      lastSeenAtMs: nowMs,
      on: true,
      people: attendant ? [attendant] : [],
    },
    {
      kioskId: newId(),
      name: 'Kitchen',
      joinedAtMs: nowMs - 40 * 86_400_000,
      letInBy: manager ?? null,
      lastSeenAtMs: nowMs - 26 * 3_600_000,
      on: false,
      people: [],
    },
  ];
  return {
    kiosks: {
      list: os.kiosks.list.handler(() => ({
        network,
        setAtStart: false,
        here: null,
        kiosks,
        code: null,
      })),
      setNetwork: os.kiosks.setNetwork.handler(({ input }) => {
        if (!input.on) network = { state: 'off' };
        return { network };
      }),
      makeCode: os.kiosks.makeCode.handler(() => ({ code: '48210937', expiresAtMs: Date.now() + 600_000 })),
      cancelCode: os.kiosks.cancelCode.handler(() => ({})),
      rename: os.kiosks.rename.handler(({ input, errors }) => {
        kiosks = kiosks.map((kiosk) =>
          kiosk.kioskId === input.kioskId ? { ...kiosk, name: input.name } : kiosk,
        );
        const kiosk = kiosks.find(({ kioskId }) => kioskId === input.kioskId);
        if (kiosk === undefined) throw errors.REFUSED({ data: { reason: 'kiosk-not-found' } });
        return { kiosk };
      }),
      remove: os.kiosks.remove.handler(({ input }) => {
        kiosks = kiosks.filter(({ kioskId }) => kioskId !== input.kioskId);
        return {};
      }),
    },
    training: {
      progress: os.training.progress.handler(() => ({
        available: true,
        people: people.map((person, index) => ({
          person,
          finished:
            index === 1
              ? [
                  {
                    exercise: 'first-pickup' as const,
                    firstAtMs: nowMs - 86_400_000,
                    times: 2,
                    mistakes: 0,
                  },
                  { exercise: 'first-refuel' as const, firstAtMs: nowMs - 3_600_000, times: 1, mistakes: 2 },
                ]
              : [],
        })),
      })),
    },
  };
}
