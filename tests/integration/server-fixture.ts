/** A payment server on either store, with a clock that stands still, and who calls it: sites and phones. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { createSite, issuePairingCode, type RunningServer, startServer } from '../../server/index.ts';
import { authCode, authCodeChallenge } from '../../shared/auth-code/index.ts';
import { ManualClock, newId } from '../../shared/domain/index.ts';
import type { Preorder } from '../../shared/schemas/index.ts';
import type {
  ExpectedCar,
  PaymentRequest,
  PhoneEvent,
  Problem,
  SiteEvent,
} from '../../shared/server-contract/index.ts';
import { ContractWatch } from '../support/contract-watch.ts';
import { withStore } from '../support/store-template.ts';
import { openDatabase } from './server-postgres.ts';

export interface Answer<T> {
  status: number;
  type: string;
  body: T;
}

/** One call, as bytes on the wire. */
export async function call<T = Record<string, never>>(
  url: string,
  token: string | null,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
  key: string | null = randomUUID(),
): Promise<Answer<T & Problem>> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
      ...(method === 'POST' && key !== null ? { 'idempotency-key': key } : {}),
    },
    ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
  });
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    body: JSON.parse(text),
  };
}

export interface Driver {
  token: string;
  driverId: string;
  jackId: string;
  code: string;
  plate: string;
  key: Buffer;
  paymentMethodId: string;
  processorToken: string;
}

let cards = 0;

/** A lot: one server, its sites and drivers. */
export class Lot {
  readonly clock: ManualClock;
  server: RunningServer;
  readonly restart: () => Promise<RunningServer>;
  /** Every call goes through it: what the OpenAPI document does not say fails the file. */
  watch: ContractWatch | null = null;

  constructor(server: RunningServer, clock: ManualClock, restart: () => Promise<RunningServer>) {
    this.server = server;
    this.clock = clock;
    this.restart = restart;
  }

  get url(): string {
    return this.watch?.url ?? this.server.url;
  }

  call<T>(token: string | null, method: 'GET' | 'POST', path: string, body?: unknown, key?: string | null) {
    return call<T>(this.url, token, method, path, body, key);
  }

  async site(options: { reservationMaximumMinor?: number; approvalMs?: number; currency?: string } = {}) {
    const { app } = this.server;
    const siteId = await createSite(app, {
      name: 'Test site',
      nameKo: '시험점',
      currency: options.currency ?? 'KRW',
      timeZone: 'Asia/Seoul',
      approvalMode: options.reservationMaximumMinor === undefined ? 'at-completion' : 'reserve-at-arrival',
      reservationMaximumMinor: options.reservationMaximumMinor ?? null,
      approvalMs: options.approvalMs,
    });
    const latte = newId();
    const bread = newId();
    await app.db.insert((await import('../../server/db/index.ts')).tables.menuItems).values([
      {
        id: latte,
        siteId,
        position: 0,
        name: 'Latte',
        nameKo: '라떼',
        unitAmountMinor: 5000,
        options: ['Iced'],
      },
      {
        id: bread,
        siteId,
        position: 1,
        name: 'Salt bread',
        nameKo: '소금빵',
        unitAmountMinor: 3200,
        options: [],
      },
    ]);
    const pairingCode = await issuePairingCode(app, siteId);
    const { body } = await this.call<{ credential: string }>(null, 'POST', '/v1/enrolments', {
      pairingCode,
      stationName: 'test',
    });
    return { siteId, token: body.credential, latte, bread };
  }

  /** `card`: the sandbox's mishap; a number is added where the token allows it, so that its money can be counted alone. */
  async driver(
    options: { card?: string; plate?: string; rotating?: { exponent: number } } = {},
  ): Promise<Driver> {
    const registered = await this.call<{ driverId: string; token: string }>(null, 'POST', '/v1/drivers', {
      name: 'Driver',
      locale: 'ko',
      phoneName: 'phone',
    });
    const { token, driverId } = registered.body;
    const plate = options.plate ?? '12가3456';
    const vehicle = await this.call<{ vehicleId: string }>(token, 'POST', '/v1/vehicles', {
      plate,
      model: 'Sonata',
      color: 'white',
      fuel: 'gasoline',
    });
    const key = randomBytes(32);
    const code = `eddystone-uid:${randomBytes(16).toString('hex')}`;
    const jack = await this.call<{ jackId: string }>(token, 'POST', '/v1/jacks', {
      vehicleId: vehicle.body.vehicleId,
      secrets: options.rotating
        ? {
            behaviour: 'rotating',
            identityKey: randomBytes(16).toString('hex'),
            rotationExponent: options.rotating.exponent,
            counterSeconds: 1000,
            counterAtMs: this.clock.nowMs(),
          }
        : { behaviour: 'static', code },
      authenticationKey: key.toString('hex'),
      possession: await this.possession(token, key),
    });
    const processorToken = options.card ?? `tok_ok_${cards++}`;
    const method = await this.call<{ paymentMethodId: string }>(token, 'POST', '/v1/payment-methods', {
      processorToken,
      label: 'card',
    });
    return {
      token,
      driverId,
      plate,
      key,
      code,
      jackId: jack.body.jackId,
      paymentMethodId: method.body.paymentMethodId,
      processorToken,
    };
  }

  /** What the jack with this key signs for this phone: that it is at hand. */
  async possession(token: string, key: Buffer, atMs = this.clock.nowMs()) {
    const { body } = await this.call<{ challengeId: string; challenge: string }>(
      token,
      'POST',
      '/v1/jack-challenges',
    );
    return { challengeId: body.challengeId, authCode: authCode(key, body.challenge, atMs) };
  }

  preorder(site: { siteId: string; latte: string; bread: string }, driver: Driver, key?: string) {
    return this.call<{ preorder: Preorder }>(
      driver.token,
      'POST',
      '/v1/preorders',
      {
        siteId: site.siteId,
        jackId: driver.jackId,
        paymentMethodId: driver.paymentMethodId,
        promisedAtMs: null,
        items: [
          { menuItemId: site.latte, quantity: 2, options: ['Iced'] },
          { menuItemId: site.bread, quantity: 1, options: [] },
        ],
      },
      key,
    );
  }

  report(site: { token: string }, code: string) {
    return this.call<{ known: boolean; car: ExpectedCar }>(site.token, 'POST', '/v1/site/code-reports', {
      code,
      heardAtMs: this.clock.nowMs(),
      laneId: null,
    });
  }

  async arrive(site: { token: string }, driver: Driver, laneKind: 'pump' | 'bay' = 'pump'): Promise<string> {
    const visitId = newId();
    await this.call(site.token, 'POST', '/v1/site/arrivals', {
      visitId,
      jackId: driver.jackId,
      arrivedAtMs: this.clock.nowMs(),
      laneId: 'pump-1',
      laneKind,
    });
    return visitId;
  }

  completion(driver: Driver, visitId: string, amountMinor = 64_988, paymentRequestId = newId()) {
    return {
      paymentRequestId,
      visitId,
      jackId: driver.jackId,
      laneId: 'pump-1',
      pumpNumber: 1,
      fuel: 'gasoline',
      // 1000 won a litre: millilitres and won are the same number.
      unitPriceMilli: 1_000_000,
      volumeMl: amountMinor,
      amount: { amountMinor, currency: 'KRW' },
      completedAtMs: this.clock.nowMs(),
    };
  }

  complete(site: { token: string }, refuelId: string, completion: unknown, key?: string) {
    return this.call<{ paymentRequest: PaymentRequest }>(
      site.token,
      'POST',
      `/v1/site/refuels/${refuelId}/completion`,
      completion,
      key,
    );
  }

  /** What the phone sends when its driver says yes; `bend` changes what the jack signs. */
  approval(
    driver: Driver,
    request: PaymentRequest,
    bend: {
      siteId?: string;
      amountMinor?: number;
      currency?: string;
      requestId?: string;
      atMs?: number;
      key?: Buffer;
    } = {},
  ) {
    const challenge = authCodeChallenge({
      siteId: bend.siteId ?? request.siteId,
      amountMinor: bend.amountMinor ?? request.amount.amountMinor,
      currency: bend.currency ?? request.amount.currency,
      paymentRequestId: bend.requestId ?? request.paymentRequestId,
    });
    return {
      decision: {
        answer: 'approve',
        siteId: request.siteId,
        amount: request.amount,
        authCode: authCode(bend.key ?? driver.key, challenge, bend.atMs ?? this.clock.nowMs()),
      },
    };
  }

  answer(driver: { token: string }, requestId: string, body: unknown, key?: string) {
    return this.call<{ paymentRequest: PaymentRequest }>(
      driver.token,
      'POST',
      `/v1/approvals/${requestId}`,
      body,
      key,
    );
  }

  /** The one approval the driver is asked for now. */
  async askedOf(driver: { token: string }): Promise<PaymentRequest> {
    const { body } = await this.call<{ waiting: PaymentRequest[] }>(driver.token, 'GET', '/v1/approvals');
    const [asked] = body.waiting;
    if (asked === undefined || body.waiting.length > 1)
      throw new Error(`asked for ${body.waiting.length} approvals`);
    return asked;
  }

  async request(site: { token: string }, id: string): Promise<PaymentRequest> {
    const path = `/v1/site/payment-requests/${id}`;
    return (await this.call<{ paymentRequest: PaymentRequest }>(site.token, 'GET', path)).body.paymentRequest;
  }
}

export interface HeardEvent {
  id: string;
  data: SiteEvent | PhoneEvent;
}

/** Reads a stream until `enough` says so (beats left out), then hangs up. */
export async function readEvents(
  url: string,
  token: string,
  path: '/v1/site/events' | '/v1/phone/events',
  lastEventId: string | null,
  enough: (events: HeardEvent[]) => boolean,
  onOpen: () => unknown = () => {},
): Promise<HeardEvent[]> {
  const response = await fetch(`${url}${path}`, {
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'text/event-stream',
      ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }),
    },
    signal: AbortSignal.timeout(15_000),
  });
  if (response.body === null) throw new Error('no stream');
  const events: HeardEvent[] = [];
  let opened = false;
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(
        block
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
      );
      const data = fields.get('data');
      if (data === undefined) continue;
      const event = { id: fields.get('id') ?? '', data: JSON.parse(data) as SiteEvent | PhoneEvent };
      if (!opened) {
        opened = true;
        void onOpen();
      }
      if (event.data.type !== 'beat') events.push(event);
      else if (enough([...events, event])) {
        return [...events, event];
      }
    }
    if (enough(events)) {
      return events;
    }
  }
  throw new Error('the stream ended early');
}

export type StoreName = 'PGlite' | 'PostgreSQL';

type Define = (lot: () => Lot, store: StoreName, databaseUrl: () => string | null) => void;

/** The same tests on both stores, each with one server for all of them: where transactions, types or streams matter. */
export function onBothStores(title: string, define: Define): void {
  onStores(['PGlite', 'PostgreSQL'], title, define);
}

/**
 * On PostgreSQL alone, unless `EVERY_STORE=1` says both. PGlite is the same PostgreSQL with another door, takes four
 * times the processor for it, and has every answer of every route asked of it in server-answers.test.ts.
 */
export function onPostgres(title: string, define: Define): void {
  onStores(process.env.EVERY_STORE === '1' ? ['PGlite', 'PostgreSQL'] : ['PostgreSQL'], title, define);
}

function onStores(stores: readonly StoreName[], title: string, define: Define): void {
  describe.each<StoreName>(stores)(`${title}, on %s`, (store) => {
    let lot: Lot | null = null;
    let url: string | null = null;
    let closeStore = async () => {};
    beforeAll(async () => {
      const folder = mkdtempSync(join(tmpdir(), 'cigar-kiosk-server-'));
      const clock = new ManualClock();
      if (store === 'PostgreSQL') {
        const database = await openDatabase();
        closeStore = database.close;
        url = database.url;
      }
      const start = async () =>
        startServer({
          ...(url === null
            ? { dataDir: await withStore(folder) }
            : { databaseUrl: url, masterKeyFile: join(folder, 'master.key') }),
          clock,
        });
      lot = new Lot(await start(), clock, async () => {
        if (lot === null) throw new Error('no lot');
        await lot.server.close();
        lot.server = await start();
        return lot.server;
      });
      const watched = lot;
      lot.watch = await ContractWatch.open(() => watched.server.url);
      const stopped = closeStore;
      closeStore = async () => {
        await stopped();
        rmSync(folder, { recursive: true, force: true });
      };
    });
    afterAll(async () => {
      await lot?.server.close();
      await closeStore();
      await lot?.watch?.close();
    });
    define(
      () => {
        if (lot === null) throw new Error('the server has not started');
        return lot;
      },
      store,
      () => url,
    );
  });
}
