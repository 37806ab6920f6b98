/**
 * What to do on this machine about a receiver that cannot be opened: who holds the port, which group is
 * missing, and the command that mends it. Only looks; whoever may change the machine types the command.
 *
 *   permission-denied ─▶ the port's group (or BlueZ's) and this user ─▶ usermod …, or sign in anew
 *   port-busy ─────────▶ who has it open (/proc), or who likes new ports ─▶ close it, systemctl …
 *   adapter-off, bus-unreachable ─────────────────────────────────────▶ rfkill …, systemctl …
 */
import { readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { parseReceiverSpecification } from '../../drivers/index.ts';
import type { RemedyView } from '../../shared/station-contract/index.ts';

/** What is asked of the machine; replaced in tests. */
export interface Machine {
  platform: NodeJS.Platform;
  user(): string;
  /** This process. */
  pid: number;
  /** Groups of this process. */
  ownGroups(): readonly number[];
  /** The text of /etc/group. */
  groups(): Promise<string>;
  /** null: no such file. */
  owner(path: string): Promise<{ gid: number; groupMayUse: boolean } | null>;
  /** Programs that have the file open, as far as this user may see; by process id. */
  holders(path: string): Promise<{ pid: number; name: string }[]>;
  running(): Promise<ReadonlySet<string>>;
}

/** They open every new serial port to see whether it is a modem, or a braille display. */
const likeNewPorts = ['ModemManager', 'brltty'] as const;

export async function remedyFor(
  spec: string,
  reason: string,
  machine: Machine = thisMachine,
): Promise<RemedyView | null> {
  if (machine.platform !== 'linux') return null;
  const parsed = parseReceiverSpecification(spec);
  if (!parsed.ok) return null;
  const { kind, target } = parsed.value;
  if (kind === 'bluez') {
    if (reason === 'permission-denied') return missingGroup('bluetooth', machine);
    if (reason === 'adapter-off') return { kind: 'command', command: 'sudo rfkill unblock bluetooth' };
    if (reason === 'bus-unreachable') {
      return { kind: 'command', command: 'sudo systemctl enable --now bluetooth' };
    }
    return null;
  }
  if ((kind !== 'hci-uart' && kind !== 'gateway') || !target.startsWith('/')) return null;
  if (reason === 'permission-denied') return portGroup(target, machine);
  return reason === 'port-busy' ? holder(target, machine) : null;
}

async function portGroup(path: string, machine: Machine): Promise<RemedyView | null> {
  const owner = await machine.owner(path);
  if (owner === null || !owner.groupMayUse || owner.gid === 0) return null;
  const group = parseGroups(await machine.groups()).find(({ gid }) => gid === owner.gid);
  return group === undefined ? null : missingGroup(group.name, machine);
}

async function missingGroup(name: string, machine: Machine): Promise<RemedyView | null> {
  const user = machine.user();
  const group = parseGroups(await machine.groups()).find((one) => one.name === name);
  // In it and still refused: something else forbids it, and another group would not help.
  if (group === undefined || machine.ownGroups().includes(group.gid)) return null;
  if (group.members.includes(user)) return { kind: 'sign-in-again', user, group: name };
  return { kind: 'group', user, group: name, command: `sudo usermod -aG ${name} ${user}` };
}

async function holder(path: string, machine: Machine): Promise<RemedyView | null> {
  const holders = await machine.holders(path);
  // Another receiver of this station: no program is to be ended for it.
  if (holders.some(({ pid }) => pid === machine.pid)) return null;
  const [seen] = holders;
  const running = seen === undefined ? await machine.running() : new Set([seen.name]);
  const usual = likeNewPorts.find((name) => running.has(name));
  if (usual !== undefined) {
    const command = `sudo systemctl disable --now ${usual}`;
    return { kind: 'program', program: usual, certain: seen !== undefined, command };
  }
  if (seen === undefined) return null;
  return { kind: 'program', program: seen.name, certain: true, command: `kill ${seen.pid}` };
}

function parseGroups(text: string): { name: string; gid: number; members: string[] }[] {
  return text.split('\n').flatMap((line) => {
    const [name, , gid, members] = line.split(':');
    return name && gid && /^\d+$/.test(gid)
      ? [{ name, gid: Number(gid), members: (members ?? '').split(',').filter((member) => member !== '') }]
      : [];
  });
}

export const thisMachine: Machine = {
  platform: process.platform,
  user: () => userInfo().username,
  pid: process.pid,
  ownGroups: () => process.getgroups?.() ?? [],
  groups: () => readFile('/etc/group', 'utf8').catch(() => ''),
  owner: async (path) => {
    const found = await stat(path).catch(() => null);
    return found === null ? null : { gid: found.gid, groupMayUse: (found.mode & 0o060) === 0o060 };
  },
  holders: async (path) => {
    const target = await realpath(path).catch(() => path);
    const holders = await Promise.all(
      (await processes()).map(async (pid) => {
        if (!(await hasOpen(pid, target))) return [];
        return [{ pid, name: await nameOf(pid) }];
      }),
    );
    return holders.flat();
  },
  running: async () => new Set(await Promise.all((await processes()).map(nameOf))),
};

async function processes(): Promise<number[]> {
  const names = await readdir('/proc').catch(() => []);
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

/** The kernel's name for it: fifteen letters at most. */
async function nameOf(pid: number): Promise<string> {
  return (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
}

/** Other users' processes keep it to themselves: they count as not having it. */
async function hasOpen(pid: number, target: string): Promise<boolean> {
  const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const links = await Promise.all(files.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
  return links.includes(target);
}
