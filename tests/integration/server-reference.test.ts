import { expect, it } from 'vitest';
import { problemCodes } from '../../shared/server-contract/index.ts';
import { onPostgres } from './server-fixture.ts';

onPostgres('the API reference', (lotNow) => {
  it('names every route and every problem on one page that runs no script and fetches nothing', async () => {
    const { url } = lotNow();
    const response = await fetch(`${url}/docs`);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const page = await response.text();
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, object>>;
    };
    let routes = 0;
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const method of Object.keys(methods)) {
        expect(page).toContain(`<code>${method.toUpperCase()} ${path}</code></h3>`);
        routes++;
      }
    }
    expect(routes).toBeGreaterThan(40);
    for (const code of problemCodes) expect(page).toContain(`<code>${code}</code>`);
    expect(page).toContain('identityKey: string');
    expect(page).not.toMatch(/<script|\ssrc=|<link|@import|href="http/i);
    expect(page).not.toContain('[object Object]');
  });
});
