// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { cleanup, fireEvent, render } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createKiosk, KioskContext } from '../../session/index.ts';
import { codeInAddress } from './ask-to-join.ts';
import { JoinScreen } from './join-screen.tsx';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function open(answer: () => Promise<Response>) {
  window.matchMedia ??= (query: string) =>
    ({ matches: false, media: query, addEventListener() {}, removeEventListener() {} }) as never;
  localStorage.clear();
  const asked: unknown[] = [];
  vi.stubGlobal('fetch', (_url: string, request: { body: string }) => {
    asked.push(JSON.parse(request.body));
    return answer();
  });
  const kiosk = createKiosk(() => () => Promise.reject(new Error('no wire for strangers')));
  kiosk.preferences.change({ locale: 'en' });
  let joined = 0;
  const screen = render(
    <KioskContext value={kiosk}>
      <MantineProvider>
        <JoinScreen
          onJoined={() => {
            joined += 1;
          }}
        />
      </MantineProvider>
    </KioskContext>,
  );
  const fill = (label: string, value: string) =>
    fireEvent.change(screen.getByLabelText(label), { target: { value } });
  return { ...screen, asked, joined: () => joined, fill };
}

const refused = (status: number, body: object) => async () => new Response(JSON.stringify(body), { status });

describe('the join screen', () => {
  it('asks for what is missing and sends nothing before', async () => {
    const screen = open(refused(403, { refused: 'code' }));
    fireEvent.click(screen.getByRole('button', { name: 'Join' }));
    expect(await screen.findByText('Type the 8 digits.')).toBeTruthy();
    expect(screen.getByText('Type a name.')).toBeTruthy();
    expect(screen.asked).toEqual([]);
  });

  it('sends the digits however they were typed, and goes on once it is in', async () => {
    const screen = open(refused(200, { name: 'Pump handheld' }));
    screen.fill('Code (8 digits)', '1234 5678');
    screen.fill('What is this device called?', ' Pump handheld ');
    fireEvent.click(screen.getByRole('button', { name: 'Join' }));
    await vi.waitFor(() => expect(screen.joined()).toBe(1));
    expect(screen.asked).toEqual([{ code: '12345678', name: 'Pump handheld' }]);
  });

  it.each([
    [refused(403, { refused: 'code' }), /wrong or no longer valid/],
    [refused(403, { refused: 'name-taken' }), /Another device has that name/],
    [refused(429, { refused: 'wait', retryAfterMs: 12_300 }), /Wait 13 s/],
    [refused(507, { refused: 'not-kept' }), /could not write it down/],
    [refused(500, { nonsense: true }), /does not answer/],
    [() => Promise.reject(new TypeError('network')), /does not answer/],
  ])('says in words why it was refused (%#)', async (answer, words) => {
    const screen = open(answer);
    screen.fill('Code (8 digits)', '12345678');
    screen.fill('What is this device called?', 'Tablet');
    fireEvent.click(screen.getByRole('button', { name: 'Join' }));
    expect(await screen.findByText(words)).toBeTruthy();
    expect(screen.joined()).toBe(0);
  });

  it('takes a code out of the address only where it is one', () => {
    expect(codeInAddress('#code=12345678')).toBe('12345678');
    for (const hash of ['', '#code=1234567', '#code=123456789', '#code=<script>', '#x=12345678']) {
      expect(codeInAddress(hash)).toBe('');
    }
  });
});
