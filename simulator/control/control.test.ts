import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../shared/domain/index.ts';
import { Lot } from '../lot/index.ts';
import { MemoryWire } from '../wires/index.ts';
import { type CommandResult, type ControlApi, followCommandFile, serveControlApi } from './index.ts';

let clock: ManualClock;
let lot: Lot;
let api: ControlApi;
beforeEach(async () => {
  clock = new ManualClock();
  const wires = new Map([['entrance', new MemoryWire()]]);
  lot = new Lot({ clock, seed: 1, siteId: 'none', connect: null, wires });
  api = await serveControlApi(lot);
});
afterEach(async () => {
  await api.close();
  await lot.close();
});

/** node:http, because fetch does not let a test forge Host or Origin. */
function post(
  body: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      new URL('/commands', api.url),
      { method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

const newCar = JSON.stringify({ do: 'newVehicle', plate: '12가3456' });

describe('the control API', () => {
  it('carries out a verb and answers with what came of it', async () => {
    const { status, body } = await post(newCar);
    expect(status).toBe(200);
    expect(body).toMatchObject({ plate: '12가3456' });
    const state = await (await fetch(new URL('/state', api.url))).json();
    expect(state).toMatchObject({ vehicles: [{ plate: '12가3456', whereabouts: 'away' }] });
  });

  it('says why a verb was refused', async () => {
    expect(await post('{"do":"engineOff","plate":"99하9999"}')).toMatchObject({
      status: 404,
      body: { code: 'unknown-vehicle' },
    });
    expect(await post('{"do":"nothing"}')).toMatchObject({ status: 400, body: { code: 'invalid-command' } });
    expect(await post('{"do":')).toMatchObject({ status: 400 });
    expect(await post(`"${'x'.repeat(300_000)}"`)).toMatchObject({ status: 413 });
  });

  it.each([
    ['a foreign host name, as DNS rebinding uses', { host: 'evil.example' }],
    ['a foreign host name that begins like ours', { host: '127.0.0.1.evil.example' }],
    ['another page’s origin', { origin: 'http://evil.example' }],
    ['an origin on this machine', { origin: 'http://127.0.0.1:8080' }],
    ['an opaque origin', { origin: 'null' }],
    ['a browser’s cross-site mark', { 'sec-fetch-site': 'cross-site' }],
  ])('refuses %s and does nothing', async (_, headers) => {
    expect(await post(newCar, headers)).toMatchObject({ status: 403, body: { code: 'foreign' } });
    expect(lot.state().vehicles).toEqual([]);
  });

  it('refuses a body that a plain form could send', async () => {
    expect(await post(newCar, { 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
    expect(lot.state().vehicles).toEqual([]);
  });
});

describe('the command file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lot-commands-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is carried out from its start and as it grows, whole lines only, in order', async () => {
    const file = join(folder, 'commands.jsonl');
    writeFileSync(file, `# a comment\n${newCar}\n{"do":"vehicleParks","plate":"12가`);
    const results: CommandResult[] = [];
    const settle = async () => {
      clock.advance(200);
      for (let n = 0; n < 20; n++) await Promise.resolve();
    };
    const stop = followCommandFile(file, lot, clock, (result) => results.push(result));
    await settle();
    expect(results).toMatchObject([{ ok: true, answer: { plate: '12가3456' } }]);
    appendFileSync(file, '3456","laneId":"bay-1"}\nnot json\n{"do":"engineOff","plate":"12가3456"}\n');
    await settle();
    expect(results.map((r) => r.ok)).toEqual([true, true, false, false]);
    expect(results[3]).toMatchObject({ ok: false, text: expect.stringContaining('drives') });
    stop();
    appendFileSync(file, '{"do":"leaves","plate":"12가3456"}\n');
    await settle();
    expect(results).toHaveLength(4);
  });
});
