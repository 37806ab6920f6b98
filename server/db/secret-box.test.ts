import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { masterKeysFrom, secretBox } from './secret-box.ts';

describe('the secret box', () => {
  const secret = Buffer.from('sixteen byte key');

  it('opens what it sealed, and never seals the same way twice', () => {
    const box = secretBox([randomBytes(32)]);
    const sealed = box.seal(secret, 'jack 1');
    expect(box.open(sealed, 'jack 1')).toEqual(secret);
    expect(box.seal(secret, 'jack 1')).not.toBe(sealed);
    expect(sealed).not.toContain(secret.toString('base64url'));
  });

  it('refuses a text that was changed, moved to another row, or sealed under another key', () => {
    const box = secretBox([randomBytes(32)]);
    const sealed = box.seal(secret, 'jack 1');
    const last = sealed.at(-3) === 'A' ? 'B' : 'A';
    expect(() => box.open(`${sealed.slice(0, -3)}${last}${sealed.slice(-2)}`, 'jack 1')).toThrow();
    expect(() => box.open(sealed, 'jack 2')).toThrow();
    expect(() => secretBox([randomBytes(32)]).open(sealed, 'jack 1')).toThrow('not here');
  });

  it('with a new key first, old texts still open and are told from new ones', () => {
    const [old, fresh] = [randomBytes(32), randomBytes(32)];
    const sealed = secretBox([old]).seal(secret, 'x');
    const both = secretBox([fresh, old]);
    expect(both.open(sealed, 'x')).toEqual(secret);
    expect([both.isCurrent(sealed), both.isCurrent(both.seal(secret, 'x'))]).toEqual([false, true]);
  });

  it('makes its key file once, readable by nobody else', () => {
    const folder = mkdtempSync(join(tmpdir(), 'cigar-kiosk-keys-'));
    const path = join(folder, 'deep', 'master.key');
    const keys = masterKeysFrom(path);
    expect(keys.map((k) => k.byteLength)).toEqual([32]);
    expect(masterKeysFrom(path)).toEqual(keys);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
    rmSync(folder, { recursive: true });
  });
});
