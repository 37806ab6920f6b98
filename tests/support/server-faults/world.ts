/** Who calls the servers: sites by the station's client, drivers by the simulator's phones and jacks. */
import { randomBytes } from 'node:crypto';
import type { App } from '../../../server/app.ts';
import { tables } from '../../../server/db/index.ts';
import { createCart, createSite, sellGoods } from '../../../server/index.ts';
import { issuePairingCode } from '../../../server/sites/index.ts';
import { newId, systemClock } from '../../../shared/domain/index.ts';
import {
  type PhoneApi,
  phonesOf,
  Random,
  radioModel,
  VirtualJack,
  VirtualPhone,
} from '../../../simulator/index.ts';
import { createServerClient, type ServerClient } from '../../../station/sync/server-client.ts';
import type { Ledger } from './acknowledged.ts';

export interface FaultSite {
  siteId: string;
  client: ServerClient;
  reserves: boolean;
  latte: string;
  bread: string;
  carts: { cartId: string; code: string; token: string }[];
}

export interface FaultDriver {
  phone: VirtualPhone;
  jack: VirtualJack;
  api: PhoneApi;
  jackId: string;
  driverId: string;
  paymentMethodId: string;
  card: string;
}

export interface FaultWorld {
  url: string;
  sites: FaultSite[];
  drivers: FaultDriver[];
  ledger: Ledger;
  random: Random;
  connect: ReturnType<typeof phonesOf>;
}

/** A call that nobody answers for so long is sent again. */
const timeoutMs = 4_000;

/** Sites are made by the administration; everybody else comes in by the door. */
export async function makeSites(app: App, url: string, count: number, ledger: Ledger): Promise<FaultSite[]> {
  const sites: FaultSite[] = [];
  for (let n = 0; n < count; n++) {
    const reserves = n % 2 === 0;
    const siteId = await createSite(app, {
      name: `Fault ${n}`,
      nameKo: null,
      currency: 'KRW',
      timeZone: 'Asia/Seoul',
      approvalMode: reserves ? 'reserve-at-arrival' : 'at-completion',
      reservationMaximumMinor: reserves ? 100_000 : null,
    });
    const latte = newId();
    const bread = newId();
    await app.db.insert(tables.menuItems).values([
      { id: latte, siteId, position: 0, name: 'Latte', unitAmountMinor: 5000, options: [] },
      { id: bread, siteId, position: 1, name: 'Bread', unitAmountMinor: 3200, options: [] },
    ]);
    await sellGoods(app, [
      {
        siteId,
        barcode: '8801000000017',
        name: 'Milk',
        nameKo: null,
        soldBy: 'piece',
        unitAmountMinor: 2900,
        weightGram: 1030,
      },
    ]);
    const carts = [];
    for (let c = 1; c <= 4; c++) carts.push(await createCart(app, { siteId, number: c }));
    const pairingCode = await issuePairingCode(app, siteId);
    const client = (credential: string | null) =>
      createServerClient({ serverUrl: url, credential, clock: systemClock, timeoutMs });
    const { credential } = await ledger.must('enrol', (idempotencyKey) =>
      client(null).public.enrol({ pairingCode, stationName: 'faults' }, { context: { idempotencyKey } }),
    );
    sites.push({ siteId, client: client(credential), reserves, latte, bread, carts });
  }
  return sites;
}

const mishaps = [
  'tok_timeout_after_hold',
  'tok_capture_timeout',
  'tok_void_timeout',
  'tok_refund_timeout',
  'tok_declined',
];

/** Most cards work; some lose answers, one has no money. Each driver's phone answers yes by itself. */
export async function makeDrivers(url: string, count: number, random: Random): Promise<FaultDriver[]> {
  const connect = phonesOf(url);
  const drivers: FaultDriver[] = [];
  for (let n = 0; n < count; n++) {
    const own = new Random(randomBytes(4).readInt32LE());
    const kind = n % 4 === 3 ? 'rotating' : 'static';
    const jack = new VirtualJack({ kind, clock: systemClock, random: own, model: radioModel });
    jack.setPower(true);
    let api: PhoneApi | null = null;
    const phone = new VirtualPhone({
      // The token that registration gave, for the calls that the journeys make themselves.
      connect: (token) => {
        const connected = connect(token);
        if (token !== null) api = connected;
        return connected;
      },
      clock: systemClock,
      jack,
      answer: 'approve',
      answerDelayMs: () => random.between(0, 60),
    });
    const card = n % 5 === 4 ? (mishaps[Math.floor(n / 5) % mishaps.length] ?? 'tok_ok') : 'tok_ok';
    const plate = `${10 + (n % 80)}가${1000 + n}`;
    const ids = await phone.register(
      { plate, model: 'Ioniq 5', color: 'white', fuel: 'gasoline' },
      'Driver',
      card,
    );
    if (api === null) throw new Error('a phone without its token');
    drivers.push({ phone, jack, api, card, ...ids });
  }
  return drivers;
}
