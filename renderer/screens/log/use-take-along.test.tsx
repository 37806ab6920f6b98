// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { fireEvent, render, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fakeSite, fakeVisit } from '../../dev/fake-lot.ts';
import { closeKiosks, openKiosk } from '../../dev/kiosk-for-tests.tsx';
import { Toaster } from '../../parts/index.ts';
import { KioskContext } from '../../session/index.ts';
import type { LogRows } from './use-log.ts';
import { useTakeAlong } from './use-take-along.tsx';

afterEach(closeKiosks);

const visits = Array.from({ length: 11 }, (_, i) => ({
  ...fakeVisit(1_000_000 - i, { plateTail: String(1_000 + i) }),
  plate: `12가${1_000 + i}`,
}));
/** As the station serves them: two at a time. */
const pages: LogRows['pages'] = async function* (offset, limit) {
  for (let at = offset; at < Math.min(offset + limit, visits.length); at += 2) {
    yield { visits: visits.slice(at, Math.min(at + 2, offset + limit)), total: visits.length };
  }
};
const broken: LogRows['pages'] = async function* () {
  yield { visits: visits.slice(0, 2), total: visits.length };
  throw new Error('the station is away');
};

function Harness(props: { pages: LogRows['pages'] }) {
  const along = useTakeAlong(props, fakeSite, '2026-11-21', { file: 5, paper: 4 });
  return (
    <>
      <button type="button" onClick={() => void along.take('file', 0)}>
        file
      </button>
      <button type="button" onClick={() => void along.take('paper', 0)}>
        paper
      </button>
      {along.sheet === null ? null : (
        <ol data-testid="sheet" start={along.sheet.from + 1}>
          {along.sheet.visits.map((visit) => (
            <li key={visit.visitId}>{visit.plateTail}</li>
          ))}
        </ol>
      )}
      {along.dialog}
    </>
  );
}

function open(from: LogRows['pages']) {
  const { kiosk, unmount } = openKiosk({ visits: [] });
  unmount();
  return render(
    <KioskContext value={kiosk}>
      <MantineProvider>
        <Toaster>
          <Harness pages={from} />
        </Toaster>
      </MantineProvider>
    </KioskContext>,
  );
}

/** What the browser is given to save. */
function savedFiles() {
  const files: { name: string; blob: Blob }[] = [];
  let blob = new Blob();
  vi.spyOn(URL, 'createObjectURL').mockImplementation((made) => {
    blob = made as Blob;
    return 'blob:test';
  });
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    files.push({ name: this.download, blob });
  });
  return files;
}

describe('the log taken along', () => {
  it('goes on paper in parts, and the rest is offered until there is none', async () => {
    const sheets: string[][] = [];
    vi.stubGlobal('print', () => {
      sheets.push([...document.querySelectorAll('[data-testid="sheet"] li')].map((li) => li.textContent));
    });
    const screen = open(pages);
    fireEvent.click(screen.getByText('paper'));
    expect(await screen.findByText(/Rows 1 to 4 of 11 went to the printer/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'The next 4' }));
    expect(await screen.findByText(/Rows 5 to 8 of 11/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'The next 3' }));
    await waitFor(() => expect(sheets).toHaveLength(3));
    expect(sheets.flat()).toEqual(visits.map((visit) => visit.plateTail));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('goes into files that say which rows they hold when one does not hold them all', async () => {
    const files = savedFiles();
    const screen = open(pages);
    fireEvent.click(screen.getByText('file'));
    expect(await screen.findByText(/The file holds rows 1 to 5 of 11/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'The next 5' }));
    fireEvent.click(await screen.findByRole('button', { name: 'The next 1' }));
    await waitFor(() => expect(files).toHaveLength(3));
    expect(files.map((file) => file.name)).toEqual([
      'daily-log-2026-11-21-rows-1-5.csv',
      'daily-log-2026-11-21-rows-6-10.csv',
      'daily-log-2026-11-21-rows-11-11.csv',
    ]);
    const texts = await Promise.all(
      files.map(async (file) => new TextDecoder().decode(await file.blob.arrayBuffer())),
    );
    const lines = texts.flatMap((text) => text.trimEnd().split('\r\n').slice(1));
    expect(lines.map((line) => line.split(',')[2])).toEqual(visits.map((visit) => visit.plate));
  });

  it('is not half a file when the station goes away meanwhile, and says so', async () => {
    const files = savedFiles();
    const screen = open(broken);
    fireEvent.click(screen.getByText('file'));
    expect(await screen.findByText(/The file could not be made/)).toBeTruthy();
    expect(files).toEqual([]);
  });
});
