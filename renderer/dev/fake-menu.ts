/** The fake station's menu: a twin for component tests and the component page. */
import { implement, ORPCError } from '@orpc/server';
import { newId } from '../../shared/domain/index.ts';
import { type MenuItemOnSite, stationContract } from '../../shared/station-contract/index.ts';

interface Lot {
  once<T>(name: string, idempotencyKey: string, carryOut: () => T): Promise<T>;
}

const dishes: [name: string, nameKo: string, won: number][] = [
  ['Americano', '아메리카노', 4_500],
  ['Café latte', '카페라떼', 5_000],
  ['Vanilla latte', '바닐라라떼', 5_500],
  ['Yuja tea', '유자차', 5_000],
  ['Ham and cheese sandwich', '햄치즈 샌드위치', 6_800],
  ['Bulgogi sandwich', '불고기 샌드위치', 7_500],
  ['Egg drop toast', '에그드랍 토스트', 5_900],
  ['Salt bread', '소금빵', 3_200],
  ['Still water 500 ml', '생수 500ml', 1_500],
];

export class FakeMenu {
  items: MenuItemOnSite[] = dishes.map(([name, nameKo, unitAmountMinor]) => ({
    menuItemId: newId(),
    name,
    nameKo,
    unitAmountMinor,
    soldOutUntilMs: null,
    sync: 'sent',
  }));
  /** null: the server has not told of it yet. */
  asOfMs: number | null = Date.now();
  /** What the next marks show: `waiting` while the server cannot be reached. */
  sync: MenuItemOnSite['sync'] = 'sent';

  /** As the server or somebody at another kiosk says. */
  put(name: string, more: Partial<MenuItemOnSite>): void {
    this.items = this.items.map((item) => (item.name === name ? { ...item, ...more } : item));
  }

  routes(station: Lot) {
    const os = implement(stationContract).menu;
    return {
      list: os.list.handler(() => ({ items: this.items, asOfMs: this.asOfMs, nowMs: Date.now() })),
      setSoldOut: os.setSoldOut.handler(({ input }) =>
        station.once('menuSetSoldOut', input.idempotencyKey, () => {
          const item = this.items.find((one) => one.menuItemId === input.menuItemId);
          if (item === undefined) {
            throw new ORPCError('REFUSED', {
              defined: true,
              status: 409,
              data: { reason: 'menu-item-not-found' },
            });
          }
          const soldOutUntilMs = input.soldOut ? Date.now() + 6 * 3_600_000 : null;
          const after = { ...item, soldOutUntilMs, sync: this.sync };
          this.put(item.name, after);
          return { item: after };
        }),
      ),
    };
  }
}
