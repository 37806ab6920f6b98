import { expect, it } from 'vitest';
import { ManualClock } from '../shared/domain/index.ts';
import type { Log } from './log.ts';
import { storeWatch } from './store-watch.ts';

it('that the database is away is said once, and once that it is back, with how long', () => {
  const said: unknown[] = [];
  const none = () => {};
  const log: Log = {
    ...{ debug: none, warn: none },
    info: (event, fields) => said.push([event, fields]),
    error: (event) => said.push(event),
  };
  const clock = new ManualClock();
  const watch = storeWatch(clock, log);
  const away = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  watch.answered();
  expect(said).toEqual([]);
  expect(watch.failed(new Error('a bug'))).toBe(false);
  expect(watch.failed(away)).toBe(true);
  clock.advance(4_000);
  expect(watch.failed(new Error('Failed query', { cause: away }))).toBe(true);
  clock.advance(3_000);
  watch.answered();
  watch.answered();
  expect(said).toEqual(['store-lost', ['store-found', { awayMs: 7_000 }]]);
});
