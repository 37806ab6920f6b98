/** The board, a card's menu and dialogs, a visit's own screen, what the board says when something is down. */
import type { Page } from '@playwright/test';
import { button, cut, key, type ScreenState } from './state.ts';

/** The fake station reports this of itself. */
const tell = (page: Page, status: string) =>
  page.evaluate<void>(`((nowMs) => window.station.setStatus(${status}))(Date.now())`);
const menuOf = (page: Page, tail: string) =>
  page.locator(`[data-plate-tail="${tail}"]`).getByRole('button', { expanded: false }).last().click();

export const arrivalStates: readonly ScreenState[] = [
  { name: 'arrivals-busy' },
  { name: 'arrivals-crowd', query: 'lot=crowd&cars=24' },
  { name: 'arrivals-refuels', query: 'lot=refuels' },
  { name: 'arrivals-empty', query: 'lot=empty' },
  { name: 'arrivals-said-by-phone', query: 'lot=phone' },
  // Who may look and not serve is offered nothing.
  { name: 'arrivals-of-an-installer', query: 'person=3' },
  { name: 'arrivals-charges', query: 'lot=charges' },
  {
    name: 'arrivals-only-refuels',
    act: (page, w) => page.getByRole('button', { name: new RegExp(`^${w.board.refuel}\\D*\\d`) }).click(),
  },
  { name: 'arrivals-menu', act: (page) => menuOf(page, '3456') },
  {
    name: 'arrivals-set-lane',
    act: async (page, w) => {
      await menuOf(page, '3456');
      await page.getByRole('menuitem', { name: w.action.setLane }).click();
    },
  },
  {
    name: 'arrivals-close-visit',
    act: async (page, w) => {
      await menuOf(page, '3456');
      await page.getByRole('menuitem', { name: w.action.closeVisit }).click();
    },
  },
  { name: 'arrivals-check-in', act: (page, w) => button(page, w.board.checkIn).click() },
  {
    name: 'arrivals-check-in-incomplete',
    act: async (page, w) => {
      await button(page, w.board.checkIn).click();
      await page.getByRole('dialog').getByRole('button', { name: w.checkIn.submit, exact: true }).click();
    },
  },
  {
    name: 'arrivals-hand-over-undo',
    act: async (page, w) => {
      await button(page, w.action.handOver).click();
      await page.getByTestId('toast').waitFor();
    },
  },
  {
    name: 'arrivals-hand-over-check',
    act: async (page, w) => {
      await button(page, w.action.markReady).click();
      await page.locator('[data-plate-tail="0123"]').getByRole('button', { name: w.action.handOver }).click();
      await page.getByRole('dialog').waitFor();
      await key(page, '01');
    },
  },
  {
    name: 'arrivals-server-unreachable',
    act: (page) =>
      tell(
        page,
        `{ server: { state: 'unreachable', sinceMs: nowMs - 60000, reason: 'network' },
           outbox: { waiting: 3, attention: 0, oldestWaitingAtMs: nowMs - 90000 } }`,
      ),
  },
  {
    name: 'arrivals-radio-down',
    act: (page) => tell(page, `{ radio: { state: 'down', sinceMs: nowMs - 40000, reason: 'silent' } }`),
  },
  {
    name: 'arrivals-radio-partly',
    act: (page) =>
      tell(
        page,
        `{ radio: { state: 'impaired', sinceMs: nowMs - 40000, receivers: ['entrance'], unstable: [], lanes: ['pump-2'], reason: 'test-beacon-silent' } }`,
      ),
  },
  {
    name: 'arrivals-needs-a-manager',
    act: (page) => tell(page, '{ outbox: { waiting: 0, attention: 2, oldestWaitingAtMs: null } }'),
  },
  {
    name: 'arrivals-station-lost',
    act: async (page) => {
      await cut(page);
      await page.getByTestId('banner-station').waitFor();
    },
  },
  {
    name: 'visit-not-for-an-installer',
    query: 'person=3',
    act: (page, w) => button(page, w.card.open('3456')).click(),
  },
  {
    name: 'visit-story',
    act: async (page, w) => {
      await page.evaluate<void>(`(async () => {
        const { visitId } = [...window.station.visits.values()].find((one) => one.plateTail === '3456');
        await kiosk.client.visits.claim({ visitId, idempotencyKey: crypto.randomUUID() });
      })()`);
      await button(page, w.card.open('3456')).click();
      await page.getByText(w.journal['visit-claimed'] ?? '').waitFor();
    },
  },
];
