/** A small lot with one car in every state that matters: for tests and the component page. */
import { newId } from '../../shared/domain/index.ts';
import type {
  Person,
  PickupView,
  ReceiverView,
  RefuelView,
  SiteSettings,
  StationStatus,
  VisitView,
} from '../../shared/station-contract/index.ts';

export const minji: Person = { staffId: newId(), displayName: 'Minji K.', role: 'manager' };
export const seojun: Person = { staffId: newId(), displayName: 'Park S.', role: 'attendant' };
export const people: Person[] = [
  minji,
  seojun,
  { staffId: newId(), displayName: '이하늘', role: 'cashier' },
  { staffId: newId(), displayName: 'Dana L.', role: 'installer' },
];

export const fakeSite: SiteSettings = {
  siteId: newId(),
  name: 'Seoul-ro',
  nameKo: '서울로점',
  currency: 'KRW',
  timeZone: 'Asia/Seoul',
  businessDayStartHour: 5,
  defaultLocale: 'en',
  lanes: [
    ...[1, 2, 3].map((number) => ({ laneId: `bay-${number}`, kind: 'bay' as const, number, name: null })),
    ...[1, 2, 3, 4, 5, 6].map((number) => ({
      laneId: `pump-${number}`,
      kind: 'pump' as const,
      number,
      name: null,
    })),
  ],
  grades: [
    { gradeId: 'gasoline', name: 'Gasoline', nameKo: '휘발유', fuel: 'gasoline', unitPriceMilli: 1_689_000 },
    {
      gradeId: 'premium',
      name: 'Premium',
      nameKo: '고급휘발유',
      fuel: 'premium-gasoline',
      unitPriceMilli: 1_948_000,
    },
    { gradeId: 'diesel', name: 'Diesel', nameKo: '경유', fuel: 'diesel', unitPriceMilli: 1_534_000 },
  ],
  amberAfterMs: 120_000,
  redAfterMs: 180_000,
  undoMs: 30_000,
  autoLockMs: 600_000,
  simulated: false,
};

export const healthyStatus = (nowMs: number): StationStatus => ({
  radio: { state: 'healthy' },
  server: { state: 'connected', sinceMs: nowMs - 3_600_000 },
  outbox: { waiting: 0, attention: 0, oldestWaitingAtMs: null },
});

export const fakeReceivers = (nowMs: number): ReceiverView[] => [
  {
    receiverId: 'canopy',
    name: 'Canopy dongle',
    kind: 'hci-uart',
    spec: 'hci-uart:/dev/ttyACM0',
    health: { state: 'healthy', sinceMs: nowMs - 7_200_000 },
    reportsPerSecond: 1204,
    discardedBytes: 12,
    lastReportAtMs: nowMs - 40,
  },
  {
    receiverId: 'pickup-lane',
    name: 'Pickup lane',
    kind: 'bluez',
    spec: 'bluez:hci0',
    health: { state: 'silent', sinceMs: nowMs - 41_000, restarts: 2 },
    reportsPerSecond: 0,
    discardedBytes: 0,
    lastReportAtMs: nowMs - 41_000,
  },
  {
    receiverId: 'entrance',
    name: 'Entrance',
    kind: 'gateway',
    spec: 'gateway:/dev/ttyUSB1',
    health: { state: 'failed', sinceMs: nowMs - 9_000, reason: 'port-not-found', retryAtMs: nowMs + 5_000 },
    reportsPerSecond: 0,
    discardedBytes: 0,
    lastReportAtMs: null,
  },
];

export function fakeVisit(nowMs: number, changes: Partial<VisitView> & { plateTail: string }): VisitView {
  return {
    visitId: newId(),
    presence: 'arrived',
    laneId: null,
    laneCandidates: [],
    firstHeardAtMs: nowMs - 240_000,
    arrivedAtMs: nowMs - 60_000,
    lastHeardAtMs: nowMs,
    rssiDbm: -54,
    nearness: 1,
    knownBy: 'jack',
    codeBehaviour: 'rotating',
    vehicle: { model: 'Sonata', color: 'grey', fuel: 'gasoline' },
    claimedBy: null,
    pickup: null,
    refuel: null,
    reservation: null,
    mayRefuel: false,
    closed: null,
    ...changes,
  };
}

export function fakePickup(number: string, changes: Partial<PickupView> = {}): PickupView {
  return {
    pickupId: newId(),
    preorderId: newId(),
    number,
    items: [
      {
        itemId: newId(),
        name: 'Iced americano',
        nameKo: '아이스 아메리카노',
        quantity: 2,
        options: ['Large', 'Extra shot'],
        unitAmountMinor: 5000,
        available: true,
      },
      {
        itemId: newId(),
        name: 'Ham and cheese toast',
        nameKo: '햄치즈 토스트',
        quantity: 1,
        options: [],
        unitAmountMinor: 8500,
        available: true,
      },
    ],
    paid: { amountMinor: 18_500, currency: 'KRW' },
    payment: 'held',
    state: 'ready',
    check: { kind: 'none' },
    handedOverAtMs: null,
    handedOverBy: null,
    undoUntilMs: null,
    promisedAtMs: null,
    sync: 'sent',
    ...changes,
  };
}

export function fakeRefuel(nowMs: number, changes: Partial<RefuelView> = {}): RefuelView {
  return {
    refuelId: newId(),
    state: 'refueling',
    laneId: 'pump-1',
    gradeId: null,
    volumeMl: null,
    amount: null,
    unitPriceMilli: null,
    fuelMismatchConfirmed: false,
    startedBy: seojun,
    startedAtMs: nowMs - 180_000,
    completedAtMs: null,
    paymentRequestId: null,
    approval: null,
    settledOtherwise: null,
    sync: 'sent',
    ...changes,
  };
}

/** The lot of the pictures: one late pickup, one fresh pump, one parked, one preparing, three coming. */
export function fakeVisits(nowMs: number): VisitView[] {
  const s = 1000;
  return [
    fakeVisit(nowMs, {
      plateTail: '3456',
      laneId: 'bay-2',
      arrivedAtMs: nowMs - 192 * s,
      vehicle: { model: 'Kona', color: 'white', fuel: 'gasoline' },
      pickup: fakePickup('A17'),
    }),
    fakeVisit(nowMs, {
      plateTail: '7890',
      laneId: 'pump-4',
      arrivedAtMs: nowMs - 20 * s,
      vehicle: { model: 'Sonata', color: 'grey', fuel: 'diesel' },
      mayRefuel: true,
      reservation: {
        paymentRequestId: newId(),
        maximum: { amountMinor: 100_000, currency: 'KRW' },
        state: 'held',
      },
    }),
    fakeVisit(nowMs, {
      plateTail: '5531',
      laneId: 'pump-1',
      presence: 'parked',
      arrivedAtMs: nowMs - 245 * s,
      vehicle: { model: 'Porter', color: 'blue', fuel: 'diesel' },
      mayRefuel: true,
      refuel: fakeRefuel(nowMs),
      claimedBy: { ...seojun, atMs: nowMs - 180 * s },
    }),
    fakeVisit(nowMs, {
      plateTail: '0123',
      laneId: 'bay-1',
      arrivedAtMs: nowMs - 124 * s,
      codeBehaviour: 'static',
      vehicle: { model: 'Ray', color: 'mint', fuel: 'gasoline' },
      pickup: fakePickup('A19', {
        state: 'preparing',
        check: { kind: 'plate-digits' },
        paid: { amountMinor: 6000, currency: 'KRW' },
        sync: 'waiting',
      }),
    }),
    fakeVisit(nowMs, {
      plateTail: '7842',
      presence: 'approaching',
      arrivedAtMs: null,
      nearness: 0.48,
      vehicle: { model: 'Morning', color: 'red', fuel: 'gasoline' },
      mayRefuel: true,
    }),
    fakeVisit(nowMs, {
      plateTail: '8807',
      presence: 'approaching',
      arrivedAtMs: null,
      nearness: 0.8,
      vehicle: { model: 'Avante', color: 'black', fuel: 'gasoline' },
      pickup: fakePickup('A21', { promisedAtMs: nowMs + 120 * s }),
    }),
    fakeVisit(nowMs, {
      plateTail: '1088',
      presence: 'tentative',
      arrivedAtMs: null,
      nearness: 0.18,
      vehicle: { model: 'Niro', color: 'green', fuel: 'electric' },
      pickup: fakePickup('A22', { state: 'preparing' }),
    }),
  ];
}

/** Cars in each state a refuel can be in. */
export function refuelStates(nowMs: number): VisitView[] {
  const done = (changes: Partial<RefuelView>) =>
    fakeRefuel(nowMs, {
      gradeId: 'diesel',
      volumeMl: 42_365,
      amount: { amountMinor: 64_988, currency: 'KRW' },
      unitPriceMilli: 1_534_000,
      completedAtMs: nowMs - 20_000,
      paymentRequestId: newId(),
      ...changes,
    });
  const states: Partial<RefuelView>[] = [
    {
      state: 'awaiting-approval',
      approval: { state: 'waiting', expiresAtMs: nowMs + 95_000, reason: null, asked: true },
    },
    {
      state: 'awaiting-approval',
      sync: 'waiting',
      approval: { state: 'waiting', expiresAtMs: null, reason: null, asked: false },
    },
    { state: 'paid' },
    { state: 'declined' },
    { state: 'expired' },
    { state: 'unknown', sync: 'attention' },
    {
      state: 'settled-otherwise',
      settledOtherwise: { tender: 'cash', reason: 'flat phone', by: minji, atMs: nowMs },
    },
    { state: 'drive-off' },
  ];
  return states.map((state, i) =>
    fakeVisit(nowMs, {
      plateTail: `400${i}`,
      laneId: `pump-${(i % 6) + 1}`,
      presence: i % 2 ? 'parked' : 'arrived',
      arrivedAtMs: nowMs - (i + 1) * 31_000,
      mayRefuel: true,
      refuel: done({ ...state, laneId: `pump-${(i % 6) + 1}` }),
      vehicle: { model: 'Carnival', color: 'black', fuel: 'diesel' },
    }),
  );
}

/** As many cars as asked for, in all states mixed: for speed. */
export function crowd(nowMs: number, count: number): VisitView[] {
  const pattern = [...fakeVisits(nowMs), ...refuelStates(nowMs)];
  return Array.from({ length: count }, (_, i) => {
    const visit = pattern[i % pattern.length] ?? fakeVisit(nowMs, { plateTail: '0000' });
    return {
      ...visit,
      visitId: newId(),
      plateTail: String(1000 + i),
      arrivedAtMs: visit.arrivedAtMs === null ? null : visit.arrivedAtMs - i * 700,
    };
  });
}
