/** Staff mark what is sold out today. The payment server offers it no more as soon as it hears of it. */
import { businessDayOf, businessDayRange } from '../../shared/domain/index.ts';
import type { Actor, Inputs, MenuApi, MenuItemAnswer } from '../core/types.ts';
import { type Records, Refusal } from '../records/index.ts';
import { itemOnSite, listMenu, moveBook, noteMark } from './menu-book.ts';

export class MenuCommands implements MenuApi {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
    records.movesWithClock(moveBook);
  }

  list(): ReturnType<MenuApi['list']> {
    return listMenu(this.#records);
  }

  setSoldOut(actor: Actor, input: Inputs['menu']['setSoldOut']): MenuItemAnswer {
    return this.#records.run(actor, 'menu.setSoldOut', input, (tx) => {
      const { menuItemId } = input;
      const before = itemOnSite(tx, menuItemId);
      if (before === null) throw new Refusal('menu-item-not-found');
      const { timeZone, businessDayStartHour } = tx.site;
      const today = businessDayOf(tx.nowMs, timeZone, businessDayStartHour);
      const { toMs } = businessDayRange(today, timeZone, businessDayStartHour);
      const soldOutUntilMs = input.soldOut ? toMs : null;
      // A refused mark of it is out of date: sent again later it would undo this one.
      for (const outboxId of tx.records.outbox.attentionOf(menuItemId)) {
        tx.records.outbox.setState(outboxId, 'set-aside', tx.nowMs);
        tx.journal('attention-resolved', null, {
          outboxId,
          kind: 'menu-sold-out',
          how: 'set-aside',
          reason: 'marked anew',
        });
      }
      // Marked already, by somebody at another kiosk perhaps: there is nothing to tell.
      if (before.soldOutUntilMs !== soldOutUntilMs) {
        const outboxId = tx.outbox({
          kind: 'menu-sold-out',
          visitId: null,
          subjectId: menuItemId,
          payload: { menuItemId, soldOutUntilMs },
        });
        noteMark(tx, menuItemId, outboxId, soldOutUntilMs);
        const about = { menuItemId, name: before.name };
        if (soldOutUntilMs === null) tx.journal('menu-item-on-sale', null, about);
        else tx.journal('menu-item-sold-out', null, { ...about, soldOutUntilMs });
      }
      const item = itemOnSite(tx, menuItemId);
      if (item === null) throw new Error('an item vanished from the menu');
      return { item };
    });
  }
}
