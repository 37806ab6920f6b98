/** Setup, staff and the daily log, and the component page itself. */
import type { Page } from '@playwright/test';
import type { Words } from '../../renderer/words/index.ts';
import { button, rail, type ScreenState, segment } from './state.ts';

const setup =
  (part: (w: Words) => string, act?: (page: Page, w: Words) => Promise<void>) =>
  async (page: Page, w: Words) => {
    await rail(page, w, w.app.setup);
    await segment(page, part(w));
    await act?.(page, w);
  };

export const setupStates: readonly ScreenState[] = [
  { name: 'log-day', act: (page, w) => rail(page, w, w.app.log) },
  {
    name: 'log-day-chosen',
    act: async (page, w) => {
      await rail(page, w, w.app.log);
      await button(page, new RegExp(`^${w.logbook.from} `)).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'log-not-loaded',
    query: 'misbehaves=dailyLog:fails,log:fails,shifts:fails',
    act: async (page, w) => {
      await rail(page, w, w.app.log);
      await page.getByText(w.logbook.troubleNotLoaded).waitFor();
    },
  },
  {
    name: 'log-server-out-of-reach',
    query: 'told=before',
    act: async (page, w) => {
      await rail(page, w, w.app.log);
      await page.getByTestId('follow-up').first().scrollIntoViewIfNeeded();
    },
  },
  { name: 'log-of-a-cashier', query: 'person=2', act: (page, w) => rail(page, w, w.app.log) },
  { name: 'staff-people', act: (page, w) => rail(page, w, w.app.staff) },
  {
    name: 'staff-add',
    act: async (page, w) => {
      await rail(page, w, w.app.staff);
      await button(page, w.staff.add).click();
    },
  },
  {
    name: 'staff-sessions',
    act: async (page, w) => {
      await rail(page, w, w.app.staff);
      await segment(page, w.staffTabs.sessions);
    },
  },
  {
    name: 'staff-roles',
    act: async (page, w) => {
      await rail(page, w, w.app.staff);
      await segment(page, w.staffTabs.roles);
    },
  },
  { name: 'training-exercises', act: (page, w) => rail(page, w, w.training.title) },
  { name: 'setup-receivers', query: 'impaired', act: setup((w) => w.setup.receivers) },
  { name: 'setup-receivers-silent', query: 'silent&impaired', act: setup((w) => w.setup.receivers) },
  {
    name: 'setup-receivers-unstable',
    act: async (page, w) => {
      await setup((words) => words.setup.receivers)(page, w);
      await page.evaluate<void>(`((nowMs) => {
        const health = { state: 'unstable', sinceMs: nowMs - 240000, reason: 'port-lost' };
        const often = { losses: 4, withinMs: 600000, connected: true };
        const receivers = [{
          receiverId: 'canopy', name: 'Canopy dongle', kind: 'hci-uart', spec: 'hci-uart:/dev/ttyACM0',
          health: { ...health, ...often }, reportsPerSecond: 1204, discardedBytes: 40, lastReportAtMs: nowMs,
        }];
        const radio = { state: 'impaired', sinceMs: nowMs - 240000, receivers: [], unstable: ['canopy'], lanes: [] };
        window.station.publish({ type: 'receivers', receivers });
        window.station.setStatus({ radio });
      })(Date.now())`);
      await page.getByText(w.setup.unstable, { exact: true }).waitFor();
    },
  },
  { name: 'setup-lanes', act: setup((w) => w.setup.lanes) },
  { name: 'setup-recordings', act: setup((w) => w.setup.recordings) },
  { name: 'setup-site', act: setup((w) => w.setup.site) },
  {
    name: 'setup-site-newer',
    act: setup(
      (w) => w.setup.site,
      async (page, w) => {
        await page.getByLabel(w.setup.amberAfter).fill('150');
        await page.evaluate<void>(
          'window.station.changeSite({ staffId: "", displayName: "", role: "manager" }, { amberAfterMs: 100000 })',
        );
        await page.getByTestId('newer-version').scrollIntoViewIfNeeded();
      },
    ),
  },
  {
    name: 'setup-backup',
    act: setup(
      (w) => w.backup.tab,
      async (page, w) => {
        await button(page, w.backup.make).click();
        await button(page, w.backup.restore).waitFor();
      },
    ),
  },
  {
    name: 'setup-restore',
    act: setup(
      (w) => w.backup.tab,
      async (page, w) => {
        await button(page, w.backup.make).click();
        await button(page, w.backup.restore).click();
        await page.getByRole('dialog').waitFor();
      },
    ),
  },
  { name: 'setup-walk-test', act: setup((w) => w.receivers.walkTitle) },
  { name: 'setup-sounds', act: setup((w) => w.sounds.tab) },
  { name: 'setup-kiosks', act: setup((w) => w.kiosks.tab) },
  { name: 'setup-privacy', act: setup((w) => w.privacy.tab) },
  { name: 'setup-server', act: setup((w) => w.setup.server) },
  { name: 'setup-of-an-installer', query: 'person=3&impaired', act: (page, w) => rail(page, w, w.app.setup) },
  { name: 'components', query: 'pieces', whole: true, not: ['handheld'] },
  {
    name: 'components-cards',
    query: 'pieces=cards',
    whole: true,
    not: ['handheld'],
    act: (page) => page.getByTestId('visit-card').first().waitFor(),
  },
  { name: 'components-outcomes', query: 'pieces=outcomes', whole: true, not: ['handheld'] },
];
