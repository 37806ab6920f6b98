/** The demo's site and menu. Seeding again changes nothing but issues a fresh pairing code. */
import { eq } from 'drizzle-orm';
import { demoCartCode, demoCartNumbers, demoCartToken } from '../shared/server-contract/index.ts';
import type { App } from './app.ts';
import { createCart, type NewGoods, sellGoods } from './carts/index.ts';
import { tables } from './db/index.ts';
import { createSite, issuePairingCode } from './sites/index.ts';

export interface DemoSite {
  siteId: string;
  pairingCode: string;
}

/** Always the same, so that a wiped station finds its site again. */
export const demoSiteId = '0193a5c0-7a00-7000-8000-000000000001';

const menu: { name: string; nameKo: string; won: number; options: string[] }[] = [
  { name: 'Americano', nameKo: '아메리카노', won: 4500, options: ['Iced', 'Hot', 'Extra shot'] },
  { name: 'Café latte', nameKo: '카페라떼', won: 5000, options: ['Iced', 'Hot', 'Oat milk'] },
  { name: 'Vanilla latte', nameKo: '바닐라라떼', won: 5500, options: ['Iced', 'Hot', 'Less sweet'] },
  { name: 'Yuja tea', nameKo: '유자차', won: 5000, options: ['Iced', 'Hot'] },
  { name: 'Ham and cheese sandwich', nameKo: '햄치즈 샌드위치', won: 6800, options: ['Toasted'] },
  { name: 'Bulgogi sandwich', nameKo: '불고기 샌드위치', won: 7500, options: ['Toasted', 'No onion'] },
  { name: 'Egg drop toast', nameKo: '에그드랍 토스트', won: 5900, options: ['No sauce'] },
  { name: 'Salt bread', nameKo: '소금빵', won: 3200, options: [] },
  { name: 'Still water 500 ml', nameKo: '생수 500ml', won: 1500, options: [] },
];

const groceries: Omit<NewGoods, 'siteId'>[] = [
  {
    ...{ barcode: '8801000000017', name: 'Milk 1 l', nameKo: '우유 1L', soldBy: 'piece' },
    ...{ unitAmountMinor: 2900, weightGram: 1030 },
  },
  {
    ...{ barcode: '8801000000024', name: 'Ramyeon, 5', nameKo: '라면 5개입', soldBy: 'piece' },
    ...{ unitAmountMinor: 4200, weightGram: 620 },
  },
  {
    ...{ barcode: '8801000000031', name: 'Crisps', nameKo: '감자칩', soldBy: 'piece' },
    ...{ unitAmountMinor: 1700, weightGram: 66 },
  },
  {
    ...{ barcode: '2000000000015', name: 'Bananas', nameKo: '바나나', soldBy: 'weight' },
    ...{ unitAmountMinor: 3990, weightGram: null },
  },
];

export async function seedDemo(app: App, site: { approvalMs?: number } = {}): Promise<DemoSite> {
  const [there] = await app.db.select().from(tables.sites).where(eq(tables.sites.id, demoSiteId));
  if (there === undefined) {
    await createSite(app, {
      id: demoSiteId,
      name: 'Seoul-ro',
      nameKo: '서울로점',
      currency: 'KRW',
      timeZone: 'Asia/Seoul',
      approvalMode: 'at-completion',
      reservationMaximumMinor: 100_000,
      approvalMs: site.approvalMs,
    });
  }
  await app.db
    .insert(tables.menuItems)
    .values(
      menu.map((item, position) => ({
        id: `0193a5c0-7a00-7000-8000-0000000001${String(position).padStart(2, '0')}`,
        siteId: demoSiteId,
        position,
        name: item.name,
        nameKo: item.nameKo,
        unitAmountMinor: item.won,
        options: item.options,
      })),
    )
    .onConflictDoNothing();
  await sellGoods(
    app,
    groceries.map((item) => ({ ...item, siteId: demoSiteId })),
  );
  const fleet = await app.db.select().from(tables.carts).where(eq(tables.carts.siteId, demoSiteId));
  for (const number of demoCartNumbers) {
    if (fleet.some((cart) => cart.number === number)) continue;
    const [code, token] = [demoCartCode(number), demoCartToken(number)];
    await createCart(app, { siteId: demoSiteId, number, code, token });
  }
  return { siteId: demoSiteId, pairingCode: await issuePairingCode(app, demoSiteId) };
}
