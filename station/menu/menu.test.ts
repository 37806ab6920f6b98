import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../shared/domain/index.ts';
import type { OfferedItem } from '../../shared/server-contract/index.ts';
import { key, refusedFor, TestLot } from '../core/test-lot.ts';
import type { Actor, MenuItemAnswer } from '../core/types.ts';

let lot: TestLot;
beforeEach(() => {
  lot = new TestLot({ allowSimplePins: true });
  lot.core.news.menu([latte, bread]);
});
afterEach(() => lot.close());

const item = (name: string): OfferedItem => ({
  ...{ menuItemId: newId(), name, nameKo: null, unitAmountMinor: 5000, options: [] },
});
const latte = item('Latte');
const bread = item('Bread');

const mark = (soldOut: boolean, by: Actor = lot.cashier, of = latte) =>
  lot.core.menu.setSoldOut(by, { ...key(), menuItemId: of.menuItemId, soldOut });
const itemOf = (answer: MenuItemAnswer) => {
  if (!answer.ok) throw new Error(`refused: ${JSON.stringify(answer.error)}`);
  return answer.value.item;
};
const shown = (of = latte) => lot.core.menu.list().items.find((one) => one.menuItemId === of.menuItemId);
const due = () => lot.core.outbox.due(lot.clock.nowMs(), 10);
const kinds = () =>
  lot.core.log
    .journal({ beforeSequence: null, limit: 50 })
    .entries.map((entry) => entry.kind)
    .filter((kind) => kind.startsWith('menu-') || kind === 'attention-resolved');
/** 4 o'clock in Seoul. */
const dayEnds = () => {
  const fourMs = 19 * 3_600_000;
  const today = Math.floor(lot.clock.nowMs() / 86_400_000) * 86_400_000 + fourMs;
  return today > lot.clock.nowMs() ? today : today + 86_400_000;
};

describe('what is sold out today', () => {
  it('is kept, journalled and sent once, and stays so over a restart; it ends with the business day', () => {
    const tap = { ...key(), menuItemId: latte.menuItemId, soldOut: true };
    const first = lot.core.menu.setSoldOut(lot.cashier, tap);
    expect(itemOf(first)).toMatchObject({ soldOutUntilMs: dayEnds(), sync: 'waiting' });
    lot.restart();
    expect(lot.core.menu.setSoldOut(lot.cashier, tap)).toEqual(first);
    expect(shown()).toMatchObject({ soldOutUntilMs: dayEnds(), sync: 'waiting' });
    expect(due().map(({ kind, payload }) => [kind, payload])).toEqual([
      ['menu-sold-out', { menuItemId: latte.menuItemId, soldOutUntilMs: dayEnds() }],
    ]);
    expect(kinds()).toEqual(['menu-item-sold-out']);
    expect(shown(bread)).toMatchObject({ soldOutUntilMs: null, sync: 'sent' });
    lot.clock.advance(dayEnds() - lot.clock.nowMs());
    expect(shown()?.soldOutUntilMs).toBeNull();
  });

  it('is marked by cashiers and managers, of what is on the menu', () => {
    expect(mark(true, lot.attendant)).toMatchObject({ ok: false, error: { code: 'FORBIDDEN' } });
    expect(mark(true, lot.installer)).toMatchObject({ ok: false, error: { code: 'FORBIDDEN' } });
    expect(refusedFor(mark(true, lot.manager, item('Tea')))).toBe('menu-item-not-found');
    expect(due()).toEqual([]);
    // Marked already: nothing more to tell.
    mark(true);
    expect(itemOf(mark(true, lot.manager)).soldOutUntilMs).toBe(dayEnds());
    expect(due()).toHaveLength(1);
  });

  it('is told in the order in which it was marked, also when the first word is put off', () => {
    mark(true);
    mark(false);
    const [first, ...more] = due();
    expect(more).toEqual([]);
    const soon = lot.clock.nowMs() + 10_000;
    lot.core.outbox.markTransient(first?.outboxId ?? '', { code: 'unavailable', detail: '' }, soon);
    expect(due()).toEqual([]);
    expect(lot.core.outbox.nextDueAtMs()).toBe(soon);
    lot.clock.advance(10_000);
    expect(due().map((one) => one.outboxId)).toEqual([first?.outboxId]);
    lot.core.outbox.markSent(first?.outboxId ?? '');
    expect(due().map((one) => one.payload)).toEqual([{ menuItemId: latte.menuItemId, soldOutUntilMs: null }]);
  });

  it('the server’s answer to an older mark does not undo a newer one on the screen', () => {
    mark(true);
    const [first] = due();
    mark(false);
    const { menuItemId } = latte;
    const answered = { ...latte, soldOutUntilMs: dayEnds() };
    lot.core.news.soldOutAnswer({ menuItemId, outboxId: first?.outboxId ?? '', item: answered });
    lot.core.outbox.markSent(first?.outboxId ?? '');
    expect(shown()).toMatchObject({ soldOutUntilMs: null, sync: 'waiting' });
    const [second] = due();
    lot.core.news.soldOutAnswer({ menuItemId, outboxId: second?.outboxId ?? '', item: latte });
    lot.core.outbox.markSent(second?.outboxId ?? '');
    expect(shown()).toMatchObject({ soldOutUntilMs: null, sync: 'sent' });
    // From now on the server's word counts, whoever marked it there.
    lot.core.news.menu([answered, bread]);
    expect(shown()?.soldOutUntilMs).toBe(dayEnds());
  });

  it('a refused mark shows the server’s word again and stands before a manager, until somebody marks anew', () => {
    mark(true);
    const [first] = due();
    const outboxId = first?.outboxId ?? '';
    lot.core.news.soldOutAnswer({ menuItemId: latte.menuItemId, outboxId, item: null });
    lot.core.outbox.markAttention(outboxId, { code: 'item-not-found', detail: '' });
    expect(shown()).toMatchObject({ soldOutUntilMs: null, sync: 'attention' });
    expect(lot.core.log.attention()).toMatchObject([{ kind: 'menu-sold-out', outboxId }]);
    mark(true);
    // The old one cannot be sent again after it.
    expect(lot.core.log.attention()).toEqual([]);
    expect(kinds()).toEqual(['menu-item-sold-out', 'attention-resolved', 'menu-item-sold-out']);
    expect(shown()?.sync).toBe('waiting');
  });
});
