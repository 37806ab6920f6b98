/**
 * The commands as people speak of them: what somebody may do, for the table in Staff. Each ability stands for
 * commands that the same roles may do (a test holds that), so that one line of the table is true for all of them.
 */
import type { Ability, AbilityView } from '../../shared/station-contract/index.ts';
import { type CommandName, permissions, rolesFor } from './permissions.ts';

/** `area` or `area.command`; the longer one counts. */
const abilityOf: Readonly<Record<string, Ability>> = {
  board: 'see-arrivals',
  visits: 'serve-cars',
  pickups: 'hand-over',
  'pickups.markItemUnavailable': 'item-unavailable',
  refuels: 'refuel',
  'carts.list': 'see-carts',
  'carts.acknowledge': 'see-carts',
  carts: 'check-out-carts',
  'carts.refund': 'refund',
  menu: 'sold-out',
  charges: 'charge',
  'charges.refund': 'refund',
  log: 'daily-log',
  dailyLog: 'daily-log',
  shifts: 'shift',
  'shifts.list': 'daily-log',
  setup: 'site-setup',
  'setup.backups': 'backup',
  'setup.backup': 'backup',
  'setup.readBackup': 'backup',
  'setup.uploadBackup': 'backup',
  'setup.restore': 'backup',
  privacy: 'privacy',
  receivers: 'receivers',
  lanes: 'receivers',
  walkTest: 'receivers',
  recording: 'receivers',
  testBeacon: 'receivers',
  diagnostics: 'receivers',
  kiosks: 'kiosks',
  training: 'training',
  staff: 'staff',
};

/** What each role may do, made from the permissions themselves. A command that nobody named stands for itself. */
export function abilities(): AbilityView[] {
  const views = new Map<string, AbilityView>();
  for (const name of Object.keys(permissions) as CommandName[]) {
    const ability = abilityOf[name] ?? abilityOf[name.split('.')[0] ?? ''] ?? null;
    const key = ability ?? name;
    const view = views.get(key);
    if (view === undefined) views.set(key, { ability, commands: [name], roles: rolesFor(name) });
    else {
      view.commands.push(name);
      // Said only of those who may do all of it.
      view.roles = view.roles.filter((role) => rolesFor(name).includes(role));
    }
  }
  return [...views.values()];
}
