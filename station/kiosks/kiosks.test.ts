import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openCore } from '../core/index.ts';
import { TestLot } from '../core/test-lot.ts';

let lot = new TestLot();
afterEach(() => {
  lot.close();
  lot = new TestLot();
});

describe('when a device was last seen', () => {
  it('is true to five minutes even when the power went while it was on', () => {
    const joined = lot.core.kiosks.join(lot.manager, 'Tablet');
    if (!joined.ok) throw new Error(joined.error);
    const { kioskId } = joined.value;
    const leave = lot.core.kiosks.connected(kioskId);
    lot.clock.advance(3 * 3_600_000);
    const cutAtMs = lot.clock.nowMs();
    // What the disk holds at this moment is all that the next start knows.
    const copy = mkdtempSync(join(tmpdir(), 'kiosks-cut-'));
    cpSync(lot.dir, copy, { recursive: true });
    const after = openCore({ dataDir: copy, clock: lot.clock });
    if (!after.ok) throw new Error(after.error.message);
    const seen = after.value.kiosks.list().find((kiosk) => kiosk.kioskId === kioskId)?.lastSeenAtMs ?? 0;
    after.value.close();
    rmSync(copy, { recursive: true });
    expect(cutAtMs - seen).toBeLessThanOrEqual(5 * 60_000);
    leave();
  });

  it('stays as it was for a device that left', () => {
    const joined = lot.core.kiosks.join(lot.manager, 'Tablet');
    if (!joined.ok) throw new Error(joined.error);
    const { kioskId } = joined.value;
    lot.core.kiosks.connected(kioskId)();
    const leftAtMs = lot.clock.nowMs();
    lot.clock.advance(3_600_000);
    const view = () => lot.core.kiosks.list().find((kiosk) => kiosk.kioskId === kioskId);
    expect(view()).toMatchObject({ on: false, lastSeenAtMs: leftAtMs });
    lot.restart();
    expect(view()).toMatchObject({ on: false, lastSeenAtMs: leftAtMs });
  });
});
