// @vitest-environment happy-dom
import { act, fireEvent, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { newId } from '../../../../shared/domain/index.ts';
import type { WalkReport, WalkShares } from '../../../../shared/station-contract/index.ts';
import { fakeReceivers, people } from '../../../dev/fake-lot.ts';
import { closeKiosks, openKiosk } from '../../../dev/kiosk-for-tests.tsx';
import { en } from '../../../words/en.ts';

afterEach(closeKiosks);

const installer = people.find(({ role }) => role === 'installer');

/** The kiosk at Setup, for an installer. */
async function openSetup(prepare: (station: ReturnType<typeof openKiosk>['station']) => void = () => {}) {
  const screen = openKiosk({ signedIn: false, visits: [] });
  prepare(screen.station);
  if (installer === undefined) throw new Error('nobody is an installer');
  act(() => screen.kiosk.session.signedIn(installer, 'fake'));
  fireEvent.click(await screen.findByRole('button', { name: 'Setup' }));
  await screen.findByText('Canopy dongle');
  return screen;
}
/** The report of a walk over one lane. */
function walked(shares: WalkShares): WalkReport {
  return {
    testId: newId(),
    startedAtMs: 1_700_000_000_000,
    finishedAtMs: 1_700_000_100_000,
    by: 'Hana C.',
    hearings: 120,
    codes: 1,
    lanes: [
      {
        laneId: 'bay-1',
        marks: 1,
        levels: [{ receiverId: 'r-1a2b3c4d', medianDbm: -52, hearings: 40 }],
        suggested: [{ receiverId: 'r-1a2b3c4d', enterDbm: null, exitDbm: null }],
        separable: true,
      },
    ],
    trace: [],
    marks: [],
    receivers: [{ receiverId: 'r-1a2b3c4d', name: 'Gate' }],
    expected: { trials: 20, now: shares, suggested: shares },
    advice: [],
  };
}

const silence = { atMs: 1_700_000_000_000, levels: [], receivers: null };

describe("the installer's receivers", () => {
  it('say for each receiver how it is, why it does not hear, and what to do', async () => {
    const screen = await openSetup();
    const states = screen.getAllByTestId('receiver').map((one) => one.dataset.health);
    expect(states).toEqual(['healthy', 'silent', 'failed']);
    expect(screen.getAllByTestId('receiver')[1]?.textContent).toContain('Check Bluetooth of this machine');
    expect(screen.getAllByTestId('receiver')[2]?.textContent).toContain('Next attempt in');
  });

  it('say of one that is lost again and again how often, and what to check', async () => {
    const screen = await openSetup();
    const [canopy, ...others] = fakeReceivers(Date.now());
    if (canopy === undefined) throw new Error('no receiver');
    const lost = {
      state: 'unstable',
      sinceMs: 0,
      reason: 'port-lost',
      losses: 4,
      withinMs: 600_000,
    } as const;
    for (const [connected, word] of [
      [true, 'Unstable'],
      [false, 'Unstable, lost just now'],
    ] as const) {
      const receivers = [{ ...canopy, health: { ...lost, connected } }, ...others];
      await act(async () => screen.station.publish({ type: 'receivers', receivers }));
      const row = screen.getAllByTestId('receiver')[0];
      await waitFor(() => expect(row?.dataset.health).toBe('unstable'));
      await waitFor(() => expect(row && within(row).getByText(word)).toBeTruthy());
      expect(row?.textContent).toContain('Lost 4 times in the last 10 minutes: check the cable');
    }
  });

  it('say that no jack is heard, and that the rest waits for one', async () => {
    const screen = await openSetup((station) => station.installer.live.push(silence));
    await screen.findByText('No code is heard just now. Power a jack within reach.');
    expect(screen.getByTestId('why').textContent).toContain('As soon as a jack is heard');
    expect(screen.getByRole('button', { name: 'No jack is heard' }).hasAttribute('disabled')).toBe(true);
  });

  it('say how much weaker a car is in its lane than outside of it', async () => {
    const screen = await openSetup((station) => {
      const code = 'eddystone-uid:00112233445566778899aabbccddeeff';
      const atMs = silence.atMs;
      const heard = { receiverId: 'canopy', atMs, rawDbm: -80, smoothedDbm: -80, hearings: 4 };
      station.installer.live.push({ atMs, levels: [{ code, ...heard }], receivers: null });
      station.installer.why = {
        code,
        state: 'approaching',
        laneId: null,
        laneCandidates: [],
        rule: 'heard-repeatedly',
        sinceMs: atMs,
        marginDb: -46.2,
        levels: [{ receiverId: 'canopy', smoothedDbm: -80, hearings: 4, lastHeardAtMs: atMs }],
      };
    });
    await screen.findByText('46 dB weaker than outside of the lanes');
  });

  it('say who may see this to somebody who may not', async () => {
    const screen = await openSetup((station) => {
      station.installer.forbidden = true;
    });
    await screen.findByText('Only a manager or an installer may see this.');
  });

  it('find a receiver, let it be heard, and save it under its name', async () => {
    const screen = await openSetup((station) => {
      station.installer.found = [
        {
          name: 'Nordic dongle',
          spec: 'hci-uart:/dev/serial/by-id/nordic',
          path: '/dev/ttyACM0',
          guess: 'likely',
          why: { kind: 'known-device', device: 'Nordic dongle' },
          usedBy: null,
        },
      ];
      station.installer.checkEvents = [
        { state: 'opening' },
        {
          state: 'done',
          reportsPerSecond: 212.4,
          reports: 1_062,
          devices: 41,
          codes: 3,
          ours: 1,
          discardedBytes: 0,
          spec: 'hci-uart:/dev/serial/by-id/nordic?baud=1000000',
          found: { driver: 'hci-uart', baudRate: 1_000_000 },
        },
      ];
    });
    fireEvent.click(screen.getByRole('button', { name: 'Find receivers' }));
    const found = await screen.findByTestId('found');
    await within(found).findByText('Likely');
    fireEvent.click(within(found).getByRole('button', { name: 'Check' }));
    await screen.findByText('Hears 212.4 reports/s of 41 devices');
    // Not the speed that was asked for, but the one that answered.
    expect(screen.getByTestId('found-speed').textContent).toContain('1,000,000 baud');
    // Without a name nothing could be added.
    const add = screen.getByRole('button', { name: 'Add' });
    fireEvent.change(screen.getByLabelText('Name'), { target: { value: ' ' } });
    expect(add.hasAttribute('disabled')).toBe(true);
    fireEvent.change(screen.getByLabelText('Name'), { target: { value: 'Gate' } });
    fireEvent.click(add);
    await screen.findByText('Gate is added and listens.');
    expect(screen.station.installer.added).toEqual([
      { name: 'Gate', spec: 'hci-uart:/dev/serial/by-id/nordic?baud=1000000' },
    ]);
  });

  it('say why a candidate does not do, and what to try', async () => {
    const screen = await openSetup((station) => {
      station.installer.problem = 'no-udev';
      station.installer.checkEvents = [{ state: 'opening' }, { state: 'failed', reason: 'not-a-controller' }];
    });
    fireEvent.click(screen.getByRole('button', { name: 'Find receivers' }));
    await screen.findByText(/cannot list its ports/);
    fireEvent.change(screen.getByLabelText('Or type it: kind and port'), {
      target: { value: 'hci-uart:/dev/ttyUSB0' },
    });
    fireEvent.click(screen.getByRole('button', { name: 'Check' }));
    await screen.findByText(/no Bluetooth controller: another device, or another speed/);
    screen.getByRole('button', { name: 'Check again' });
    expect(screen.station.installer.added).toEqual([]);
  });

  it('say what to type on the machine where a group is missing, or who has the port', async () => {
    const screen = await openSetup((station) => {
      station.installer.checkEvents = [{ state: 'failed', reason: 'permission-denied' }];
      station.installer.remedy = {
        kind: 'group',
        user: 'kiosk',
        group: 'dialout',
        command: 'sudo usermod -aG dialout kiosk',
      };
    });
    fireEvent.click(screen.getByRole('button', { name: 'Find receivers' }));
    fireEvent.change(await screen.findByLabelText('Or type it: kind and port'), {
      target: { value: 'hci-uart:/dev/ttyUSB0' },
    });
    fireEvent.click(screen.getByRole('button', { name: 'Check' }));
    const dialog = await screen.findByRole('dialog');
    const remedy = await within(dialog).findByTestId('remedy');
    expect(remedy.textContent).toContain('not in the group dialout');
    within(remedy).getByText('sudo usermod -aG dialout kiosk');
  });

  it('list what is plugged in while the list is open', async () => {
    const screen = await openSetup();
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval'], shouldAdvanceTime: true });
    fireEvent.click(screen.getByRole('button', { name: 'Find receivers' }));
    await screen.findByText(/Nothing was found/);
    screen.station.installer.found = [
      {
        name: 'Nordic dongle',
        spec: 'hci-uart:/dev/serial/by-id/nordic',
        path: '/dev/ttyACM0',
        guess: 'likely',
        why: { kind: 'known-device', device: 'Nordic dongle' },
        usedBy: null,
      },
    ];
    await vi.advanceTimersByTimeAsync(3_000);
    vi.useRealTimers();
    await screen.findByText('Likely');
  });
});

describe("the installer's lanes and recordings", () => {
  it('say which lane nobody hears, and refuse limits that contradict each other', async () => {
    const screen = await openSetup((station) => {
      station.installer.lanes = [
        {
          laneId: 'bay-1',
          chosen: false,
          receivers: [{ receiverId: 'canopy', enterDbm: null, exitDbm: null }],
        },
        { laneId: 'bay-2', chosen: false, receivers: [] },
      ];
    });
    fireEvent.click(screen.getByRole('button', { name: 'Lanes' }));
    await screen.findByText('no receiver');
    fireEvent.change(screen.getByLabelText('In from (dBm)'), { target: { value: '-70' } });
    fireEvent.change(screen.getByLabelText('Out below (dBm)'), { target: { value: '-60' } });
    await screen.findByText(/must not lie above/);
    // Nor any that shut every car out for good.
    for (const absurd of ['-0', '-5', '65', '-128', 'x']) {
      fireEvent.change(screen.getByLabelText('Out below (dBm)'), { target: { value: '' } });
      fireEvent.change(screen.getByLabelText('In from (dBm)'), { target: { value: '-65' } });
      expect(screen.queryByText(/must not lie above/)).toBeNull();
      fireEvent.change(screen.getByLabelText('In from (dBm)'), { target: { value: absurd } });
      await screen.findByText(/must not lie above/);
    }
    expect(screen.getByRole('button', { name: 'Save' }).hasAttribute('disabled')).toBe(true);
  });

  const lane = (enterDbm: number | null) => ({
    laneId: 'bay-1',
    chosen: true,
    receivers: [{ receiverId: 'canopy', enterDbm, exitDbm: null }],
  });

  it('show what another installer set meanwhile', async () => {
    const screen = await openSetup((station) => {
      station.installer.lanes = [lane(null)];
    });
    fireEvent.click(screen.getByRole('button', { name: 'Lanes' }));
    const limit = async () => ((await screen.findByLabelText('In from (dBm)')) as HTMLInputElement).value;
    expect(await limit()).toBe('');
    screen.station.installer.lanes = [lane(-62)];
    await waitFor(async () => expect(await limit()).toBe('-62'), { timeout: 10_000 });
  });

  it('keep what is typed when another installer sets the lane, say so, and save nothing before one has chosen', async () => {
    const screen = await openSetup((station) => {
      station.installer.lanes = [lane(null)];
    });
    fireEvent.click(screen.getByRole('button', { name: 'Lanes' }));
    const limit = (await screen.findByLabelText('In from (dBm)')) as HTMLInputElement;
    fireEvent.change(limit, { target: { value: '-70' } });
    screen.station.installer.lanes = [lane(-62)];
    // Before the screen has heard of it.
    fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    await screen.findByText(en.refusals['changed-meanwhile']);
    expect(screen.station.installer.lanes).toEqual([lane(-62)]);
    await screen.findByTestId('newer-version', undefined, { timeout: 10_000 });
    expect(limit.value).toBe('-70');
    fireEvent.click(screen.getByRole('button', { name: 'Keep mine, to save over theirs' }));
    fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(screen.station.installer.lanes).toEqual([lane(-70)]));
    await screen.findByText('Bay 1 is saved and in force.');
    expect(screen.queryByTestId('newer-version')).toBeNull();
  });

  it('say that a receiver was renamed meanwhile, and keep the name that is typed', async () => {
    const screen = await openSetup();
    screen.station.installer.names.canopy = 'Canopy dongle';
    fireEvent.click(screen.getByRole('button', { name: 'Rename Canopy dongle' }));
    const field = (await screen.findByLabelText('Name')) as HTMLInputElement;
    fireEvent.change(field, { target: { value: 'Mine' } });
    screen.station.installer.names.canopy = 'Theirs';
    const receivers = fakeReceivers(Date.now()).map((one) =>
      one.receiverId === 'canopy' ? { ...one, name: 'Theirs' } : one,
    );
    await act(async () => screen.station.publish({ type: 'receivers', receivers }));
    const newer = await screen.findByTestId('newer-version');
    expect(newer.textContent).toContain('“Theirs”');
    fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    await screen.findByText(en.refusals['changed-meanwhile']);
    expect(field.value).toBe('Mine');
    expect(screen.station.installer.names.canopy).toBe('Theirs');
    fireEvent.click(screen.getByRole('button', { name: 'Keep mine, to save over theirs' }));
    fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(screen.station.installer.names.canopy).toBe('Mine'));
  });

  it('name a receiver in a report as it was called when the lot was walked, also when it is gone', async () => {
    const screen = await openSetup((station) => {
      station.installer.lastWalk = walked({ missed: 0, false: 0 });
    });
    fireEvent.click(screen.getByRole('button', { name: 'Walk test' }));
    const report = await screen.findByTestId('walk-report');
    expect(report.textContent).toContain('Gate\u00a0-52');
    expect(report.textContent).not.toContain('r-1a2b3c4d');
    // One lane was walked: who signs is told of the others.
    expect(report.textContent).toMatch(/Not walked: Bay 2, .*Pump 1/);
  });

  it('tell cars that are not recognised from those that are named wrongly, and say what to do', async () => {
    const screen = await openSetup((station) => {
      const expected = { missed: 0.013, wrongLane: 0.3, unsure: 0.083, false: 0.004 };
      const report = walked(expected);
      station.installer.lastWalk = {
        ...report,
        lanes: report.lanes.map((lane) => ({ ...lane, expected: { ...expected, missed: 0, false: 0 } })),
        advice: [{ what: 'walk-again', laneIds: ['bay-1'] }],
      };
    });
    fireEvent.click(screen.getByRole('button', { name: 'Walk test' }));
    const report = await screen.findByTestId('walk-report');
    expect(report.textContent).toContain('98.7 % of the cars recognised, 30 % named at another lane');
    const chart = within(report).getByTestId('walk-shares');
    expect([...chart.querySelectorAll('dl > div')].map(({ textContent }) => textContent)).toEqual([
      'not recognised1.3 %1.3 %',
      'named at another lane30 %30 %',
      'named as one of several lanes8.3 %8.3 %',
      'called arrived on the way0.4 %0.4 %',
    ]);
    const bars = [...chart.querySelectorAll<HTMLElement>('dd [data-bar="now"]')].map(
      ({ style }) => style.width,
    );
    expect(bars.map((width) => Math.round(Number.parseFloat(width)))).toEqual([4, 100, 28, 1]);
    within(report).getByText('named at another lane 30 %, named as one of several lanes 8.3 %');
    within(report).getByText(/named wrongly in Bay 1\. You stopped there once/);
  });

  it('show of an earlier version’s report what it says, and no number that it never had', async () => {
    const screen = await openSetup((station) => {
      station.installer.lastWalk = walked({ missed: 0.167, false: 0.05 });
    });
    fireEvent.click(screen.getByRole('button', { name: 'Walk test' }));
    const report = await screen.findByTestId('walk-report');
    expect(report.textContent).toContain('Expected: 16.7 % missed, 5 % false');
    expect(report.textContent).toContain('A report of an earlier version');
    expect(report.textContent).not.toContain('of the cars recognised');
    expect(report.textContent).not.toContain('another lane 0');
    expect(within(report).queryByTestId('walk-shares')).toBeNull();
  });

  it('ask before a walk that has taps is given up, take the last tap back, and say who began it', async () => {
    const screen = await openSetup((station) => {
      const mark = { laneId: 'bay-1', atMs: 1_700_000_010_000, hearings: 40 };
      station.installer.walk = {
        ended: null,
        running: {
          testId: newId(),
          code: 'eddystone-uid:00112233445566778899aabbccddeeff',
          startedAtMs: 1_700_000_000_000,
          by: 'Hana C.',
          hearings: 90,
          codes: 1,
          full: false,
          marks: [mark, { ...mark, laneId: 'bay-2' }],
        },
      };
    });
    fireEvent.click(screen.getByRole('button', { name: 'Walk test' }));
    await screen.findByText(/Begun by Hana C\., /);
    const { walkCalls } = screen.station.installer;
    fireEvent.click(screen.getByRole('button', { name: 'Take back: Bay 2' }));
    await screen.findByRole('button', { name: 'Take back: Bay 1' });
    fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await screen.findByText('Its trace and its tap are lost. No report is kept.');
    expect(walkCalls.cancel).toBe(0);
    fireEvent.click(screen.getByRole('button', { name: 'Give up' }));
    await waitFor(() => expect(walkCalls).toEqual({ cancel: 1, takeBack: 1 }));
  });

  it('say that a walk was lost with a restart of the station', async () => {
    const screen = await openSetup((station) => {
      const startedAtMs = 1_700_000_000_000;
      station.installer.walk.ended = { how: 'restart', startedAtMs, by: 'Hana C.', cancelledBy: null };
    });
    fireEvent.click(screen.getByRole('button', { name: 'Walk test' }));
    expect((await screen.findByTestId('walk-ended')).textContent).toContain('lost when the station was');
  });

  it('have nothing recorded yet, and say how much room there is', async () => {
    const screen = await openSetup();
    fireEvent.click(screen.getByRole('button', { name: 'Recordings' }));
    await waitFor(() => screen.getByText('Nothing has been recorded yet.'));
    screen.getByText('1,000 MB free on the disk');
  });
});
