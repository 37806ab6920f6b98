/**
 * Pictures of every state of every screen: the real screens on the fake station, in the system's
 * Chromium, each in English by day, in Korean by night and in Korean on the handheld.
 *
 *   npm run screens                        all of them, into docs/screens, with their page of contents
 *   npm run screens -- FOLDER [NAME …]     those whose names begin so (or all), somewhere else
 */
/// <reference lib="dom" />
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { projectRoot } from './launch/child.ts';
import { serveComponentPage } from './screens/component-page.ts';
import { type ScreenState, show, sizes, type View } from './screens/state.ts';
import { states } from './screens/states.ts';

const views: View[] = [
  { size: 'kiosk', locale: 'en', theme: 'light' },
  { size: 'kiosk', locale: 'ko', theme: 'dark' },
  { size: 'handheld', locale: 'ko', theme: 'light' },
];
const webpQuality = 82;

const fileOf = (state: ScreenState, view: View) =>
  `${state.name}.${view.size}-${view.locale}-${view.theme}.webp`;
const viewsOf = (state: ScreenState) => views.filter(({ size }) => !state.not?.includes(size));

async function picture(page: Page, whole: boolean): Promise<Buffer> {
  const devtools = await page.context().newCDPSession(page);
  const { data } = await devtools.send('Page.captureScreenshot', {
    format: 'webp',
    quality: webpQuality,
    captureBeyondViewport: whole,
    ...(whole
      ? {
          clip: await page.evaluate(() => ({
            x: 0,
            y: 0,
            width: document.documentElement.scrollWidth,
            height: document.documentElement.scrollHeight,
            scale: 1,
          })),
        }
      : {}),
  });
  await devtools.detach();
  return Buffer.from(data, 'base64');
}

/** docs/screens/README.md: every picture under the name of its state. */
function contents(): string {
  const rows = states.map(
    (state) =>
      `## ${state.name}\n\n${viewsOf(state)
        .map((view) => {
          const width = view.size === 'handheld' ? 180 : 420;
          return `<img src="${fileOf(state, view)}" width="${width}" alt="${state.name}, ${view.size}, ${view.locale}, ${view.theme}">`;
        })
        .join('\n')}\n`,
  );
  return `# Every screen in every state\n\nMade by \`npm run screens\`: the real screens on the fake station of the component page.\n\n${rows.join('\n')}`;
}

const [folder, ...chosen] = process.argv.slice(2);
const target = folder ?? join(projectRoot, 'docs/screens');
const wanted = states.filter(
  ({ name }) => chosen.length === 0 || chosen.some((beginning) => name.startsWith(beginning)),
);
mkdirSync(target, { recursive: true });
if (folder === undefined) {
  for (const file of readdirSync(target)) rmSync(join(target, file));
  writeFileSync(join(target, 'README.md'), contents());
}

const site = await serveComponentPage();
const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
/** Pages at work at once. */
const hands = 2;
const due = wanted.flatMap((state) => viewsOf(state).map((view) => ({ state, view })));

/** One page for many pictures: what it has loaded once it need not load again. */
async function takePictures(): Promise<void> {
  const page = await browser.newPage({ viewport: sizes.kiosk, reducedMotion: 'reduce' });
  page.setDefaultTimeout(20_000);
  let name = '';
  page.on('pageerror', (error) => console.error(`${name}: ${error.message}`));
  for (let next = due.shift(); next !== undefined; next = due.shift()) {
    const { state, view } = next;
    name = fileOf(state, view);
    try {
      if (page.url() !== 'about:blank') {
        // What the picture before left behind in this page is not known to the next.
        await page.evaluate(() => {
          localStorage.clear();
          sessionStorage.clear();
        });
      }
      await page.setViewportSize(sizes[view.size]);
      await show(page, site.url, state, view);
    } catch (error) {
      console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    }
    writeFileSync(join(target, name), await picture(page, state.whole === true));
  }
  await page.context().close();
}

try {
  await Promise.all(Array.from({ length: hands }, takePictures));
} finally {
  await browser.close();
  site.close();
}
