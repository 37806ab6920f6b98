import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isSameSecret } from './same-secret.ts';

const root = new URL('../../', import.meta.url);

/** Names that mean a secret, or what stands for one. Numbers and words of the house that only end alike are not. */
const secretName =
  /(secret|token|credential|signature|authcode|password|pin|privatekey|identitykey|authkey|hash)$/i;

/** Compared all the same, each with its reason. */
const allowed = new Map([
  [
    'station/staff/staff.ts',
    'the hash of a sign-in is its public id in the list of sign-ins; nobody gets in with it',
  ],
  ['station/journal/journal.ts', 'the hashes that chain the journal are written beside its entries'],
  ['shared/auth-code/ocra.ts', 'a length is compared'],
]);

/** Comparisons of a secret with `===` in this text, constants left out. */
function secretsComparedPlainly(text: string): string[] {
  const found: string[] = [];
  const comparison = /([\w$.?[\]()]+)\s*(?:===|!==|==|!=)\s*([\w$.?[\]()'"`-]+)/g;
  for (const line of text.split('\n')) {
    if (/^\s*(\*|\/\/|\/\*)/.test(line)) continue;
    for (const [all, left = '', right = ''] of line.matchAll(comparison)) {
      const isConstant = (side: string) => /^(null|undefined|true|false|[0-9]|['"`])/.test(side);
      if (isConstant(left) || isConstant(right) || line.includes(`typeof ${left}`)) continue;
      const lastName = (side: string) =>
        side
          .replace(/\(.*$|[?()[\]]/g, '')
          .split('.')
          .at(-1) ?? '';
      if (secretName.test(lastName(left)) || secretName.test(lastName(right))) found.push(all);
    }
  }
  return found;
}

function sources(): string[] {
  return ['server', 'station', 'shared', 'drivers'].flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts')),
  );
}

describe('secrets', () => {
  it('are the same or are not, as text and as bytes, also of different lengths', () => {
    expect(isSameSecret('12345678', '12345678')).toBe(true);
    expect(isSameSecret('12345678', '12345679')).toBe(false);
    expect(isSameSecret('1234567', '12345678')).toBe(false);
    expect(isSameSecret('', '')).toBe(true);
    expect(isSameSecret(Buffer.from([1, 2]), Uint8Array.of(1, 2))).toBe(true);
    expect(isSameSecret(Buffer.from([1, 2]), Uint8Array.of(1, 3))).toBe(false);
  });

  it('are compared by this one function alone', () => {
    const files = sources();
    expect(files.length).toBeGreaterThan(300);
    const own = files.filter((file) => readFileSync(new URL(file, root), 'utf8').includes('timingSafeEqual'));
    expect(own).toEqual(['shared/auth-code/same-secret.ts']);
    const plainly = files
      .filter((file) => !allowed.has(file))
      .flatMap((file) =>
        secretsComparedPlainly(readFileSync(new URL(file, root), 'utf8')).map((what) => `${file}: ${what}`),
      );
    expect(plainly).toEqual([]);
    // An exception that is needed no more goes.
    for (const file of allowed.keys()) {
      const found = secretsComparedPlainly(readFileSync(new URL(file, root), 'utf8'));
      expect([file, found.length > 0]).toEqual([file, true]);
    }
  });

  it('compared plainly are found by this test, and what is none is not', () => {
    expect(secretsComparedPlainly('if (row.tokenHash === hashToken(given)) return;')).toHaveLength(1);
    expect(secretsComparedPlainly('return given !== expected.authCode;')).toHaveLength(1);
    expect(secretsComparedPlainly("if (token === 'tok_down') return;")).toEqual([]);
    expect(secretsComparedPlainly('if (credential === null) return;')).toEqual([]);
    expect(secretsComparedPlainly('if (row.siteId === site.id) return;')).toEqual([]);
  });
});
