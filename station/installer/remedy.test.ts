import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Machine, remedyFor, thisMachine } from './remedy.ts';

const port = 'hci-uart:/dev/serial/by-id/usb-Nordic-if00?baud=1000000';

function machine(over: Partial<Machine> = {}): Machine {
  return {
    platform: 'linux',
    user: () => 'kiosk',
    pid: 1000,
    ownGroups: () => [1000],
    groups: async () => 'root:x:0:\ndialout:x:20:\nbluetooth:x:112:pi\nkiosk:x:1000:\n',
    owner: async () => ({ gid: 20, groupMayUse: true }),
    holders: async () => [],
    running: async () => new Set(['systemd', 'node']),
    ...over,
  };
}

describe('what to do about a port that may not be opened', () => {
  it('is the command that puts the user into the port’s group', async () => {
    expect(await remedyFor(port, 'permission-denied', machine())).toEqual({
      kind: 'group',
      user: 'kiosk',
      group: 'dialout',
      command: 'sudo usermod -aG dialout kiosk',
    });
    const uucp = { groups: async () => 'uucp:x:14:\n', owner: async () => ({ gid: 14, groupMayUse: true }) };
    expect(await remedyFor('gateway:/dev/ttyUSB0', 'permission-denied', machine(uucp))).toMatchObject({
      command: 'sudo usermod -aG uucp kiosk',
    });
    expect(await remedyFor('bluez:hci0', 'permission-denied', machine())).toMatchObject({
      command: 'sudo usermod -aG bluetooth kiosk',
    });
  });

  it('is to sign in anew when the user is in the group already, but the program started before', async () => {
    const added = machine({ groups: async () => 'dialout:x:20:pi,kiosk\n' });
    expect(await remedyFor(port, 'permission-denied', added)).toEqual({
      kind: 'sign-in-again',
      user: 'kiosk',
      group: 'dialout',
    });
  });

  it('is not known where the group would not help, or nothing is there', async () => {
    const unknown: Partial<Machine>[] = [
      { ownGroups: () => [20] },
      { owner: async () => ({ gid: 20, groupMayUse: false }) },
      { owner: async () => ({ gid: 0, groupMayUse: true }) },
      { owner: async () => null },
      { groups: async () => '' },
      { platform: 'win32' },
    ];
    for (const over of unknown) expect(await remedyFor(port, 'permission-denied', machine(over))).toBeNull();
    expect(await remedyFor('hci-uart:tcp:127.0.0.1:5001', 'permission-denied', machine())).toBeNull();
    expect(await remedyFor('nonsense', 'permission-denied', machine())).toBeNull();
    expect(await remedyFor(port, 'no-answer', machine())).toBeNull();
  });
});

describe('what to do about a port that another program has', () => {
  it('names the program, and for those that take every new port the command that ends it', async () => {
    const minicom = machine({ holders: async () => [{ pid: 42, name: 'minicom' }] });
    expect(await remedyFor(port, 'port-busy', minicom)).toEqual({
      kind: 'program',
      program: 'minicom',
      certain: true,
      command: 'kill 42',
    });
    const modem = machine({ holders: async () => [{ pid: 7, name: 'ModemManager' }] });
    expect(await remedyFor(port, 'port-busy', modem)).toMatchObject({
      certain: true,
      command: 'sudo systemctl disable --now ModemManager',
    });
  });

  it('ends nobody where the station itself has it open, by another name', async () => {
    const both = machine({
      holders: async () => [
        { pid: 42, name: 'socat' },
        { pid: 1000, name: 'node' },
      ],
    });
    expect(await remedyFor(port, 'port-busy', both)).toBeNull();
  });

  it('suspects one that likes new ports when another user’s files cannot be seen', async () => {
    const hidden = machine({ running: async () => new Set(['systemd', 'ModemManager']) });
    expect(await remedyFor(port, 'port-busy', hidden)).toEqual({
      kind: 'program',
      program: 'ModemManager',
      certain: false,
      command: 'sudo systemctl disable --now ModemManager',
    });
    expect(await remedyFor(port, 'port-busy', machine())).toBeNull();
  });

  it.skipIf(process.platform !== 'linux')(
    'finds it on this very machine (skipped where there is no /proc)',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'remedy-'));
      const path = join(folder, 'ttyACM0');
      writeFileSync(path, '');
      const reader = spawn('sh', ['-c', 'exec 3<"$0"; echo open; read wait', path]);
      await new Promise((settle) => reader.stdout.once('data', settle));
      try {
        expect(await thisMachine.holders(path)).toEqual([{ pid: reader.pid, name: 'sh' }]);
        expect(await thisMachine.running()).toContain('sh');
        expect(await thisMachine.owner(path)).toMatchObject({ gid: expect.any(Number) });
        expect(await thisMachine.owner(join(folder, 'gone'))).toBeNull();
      } finally {
        reader.stdin.end('\n');
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );
});

describe('what to do about the machine’s own Bluetooth', () => {
  it('is the command that switches it on', async () => {
    expect(await remedyFor('bluez', 'adapter-off', machine())).toEqual({
      kind: 'command',
      command: 'sudo rfkill unblock bluetooth',
    });
    expect(await remedyFor('bluez:hci1', 'bus-unreachable', machine())).toMatchObject({
      command: 'sudo systemctl enable --now bluetooth',
    });
    expect(await remedyFor('bluez:hci1', 'adapter-missing', machine())).toBeNull();
  });
});
