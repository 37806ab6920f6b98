/** What `admin --help` says: every command with what it does and an example. The tests hold it to the commands. */

export interface CommandHelp {
  name: string;
  options: string;
  about: string;
  example: string;
}

const site = '--site 0193a5c0-7a00-7000-8000-000000000001';
const someone = '0193a5c0-7a00-7000-8000-00000000000a';

export const adminHelp: readonly CommandHelp[] = [
  {
    name: 'site-create',
    options: '--name N [--name-ko N] --currency C --time-zone Z [--reservation-maximum MINOR]',
    about: 'A new site with its first pairing code. With a maximum it reserves at arrival.',
    example: 'site-create --name "Seoul-ro" --name-ko 서울로점 --currency KRW --time-zone Asia/Seoul',
  },
  { name: 'site-list', options: '', about: 'All sites.', example: 'site-list' },
  {
    name: 'site-show',
    options: '--site ID',
    about: 'One site: its rules, its menu’s version, its no-show rule and its cart rules.',
    example: `site-show ${site}`,
  },
  {
    name: 'site-rules',
    options:
      '--site ID [--approval reserve-at-arrival|at-completion] [--reservation-maximum MINOR|none] [--approval-seconds N] [--jack-required-from MINOR|never] [--handover-check static-codes|orders-without-jack|every-order]',
    about:
      'How drivers approve here, from which amount the jack’s code is required, and which orders are compared with something before they are handed over. Stations follow at once.',
    example: `site-rules ${site} --jack-required-from 50000`,
  },
  {
    name: 'site-revoke',
    options: '--site ID',
    about: 'Its credentials stop working; its stations enrol anew.',
    example: `site-revoke ${site}`,
  },
  {
    name: 'credential-rotate',
    options: '--site ID',
    about:
      'Its stations renew their credentials: at once while they listen, else when they are back. The old ones die with the first use of the new ones.',
    example: `credential-rotate ${site}`,
  },
  {
    name: 'pairing-code',
    options: '--site ID',
    about: 'A one-use code for enrolling a station, good for a day.',
    example: `pairing-code ${site}`,
  },
  {
    name: 'menu-export',
    options: '--site ID [--format json|csv] [--file PATH]',
    about: 'The menu as the site publishes it.',
    example: `menu-export ${site} --format csv --file menu.csv`,
  },
  {
    name: 'menu-import',
    options: '--site ID --file PATH',
    about: 'The whole menu from a .json or .csv file: what is not in it is sold no more. All or nothing.',
    example: `menu-import ${site} --file menu.csv`,
  },
  {
    name: 'no-show-rule',
    options: '--site ID (--after-hours N --outcome release|capture | --off)',
    about: 'What becomes of a preorder that nobody fetches.',
    example: `no-show-rule ${site} --after-hours 4 --outcome release`,
  },
  {
    name: 'goods-export',
    options: '--site ID [--format json|csv] [--file PATH]',
    about: 'What carts know by barcode: prices and weights.',
    example: `goods-export ${site} --format csv`,
  },
  {
    name: 'goods-import',
    options: '--site ID --file PATH [--replace]',
    about: 'Adds and changes goods by barcode; with --replace the others are sold no more. All or nothing.',
    example: `goods-import ${site} --file goods.csv`,
  },
  {
    name: 'cart-add',
    options: '--site ID --number N',
    about: 'A cart with the code to paint on it and the token of its device, shown this once.',
    example: `cart-add ${site} --number 12`,
  },
  {
    name: 'cart-list',
    options: '--site ID',
    about: 'The fleet, and who is free.',
    example: `cart-list ${site}`,
  },
  {
    name: 'cart-keys',
    options: '--cart ID',
    about: 'A new code and a new token; the old ones stop working.',
    example: `cart-keys --cart ${someone}`,
  },
  {
    name: 'cart-retire',
    options: '--cart ID',
    about: 'Out of the fleet. Refused while somebody has it.',
    example: `cart-retire --cart ${someone}`,
  },
  {
    name: 'cart-rules',
    options: '--site ID [--idle-minutes N] [--spot-check-from MINOR|never] [--spot-check-per-mille N]',
    about: 'When a cart is released, and which baskets a person looks at.',
    example: `cart-rules ${site} --spot-check-from 100000 --spot-check-per-mille 20`,
  },
  {
    name: 'jack-find',
    options: '(--code CODE | --jack ID | --driver ID)',
    about:
      'Whose jack it is: its id, its owner’s id, its state, where it was heard last, and what the makers’ list says of it.',
    example: 'jack-find --code eddystone-uid:00112233445566778899aabbccddeeff',
  },
  {
    name: 'jack-release',
    options: '--jack ID',
    about:
      'Takes it from whoever has it; its code is free. Not while an order or a payment hangs on it. The keys are gone.',
    example: `jack-release --jack ${someone}`,
  },
  {
    name: 'maker-import',
    options: '--file PATH [--replace]',
    about:
      'Adds to the makers’ list: a static code, and SHA-256 of its jack’s key. Such a code is registered with that key or not at all. With --replace also where another key is listed. All or nothing.',
    example: 'maker-import --file jacks.csv',
  },
  {
    name: 'maker-export',
    options: '[--format json|csv] [--file PATH]',
    about: 'The makers’ list.',
    example: 'maker-export --format csv',
  },
  {
    name: 'jack-block',
    options: '--jack ID',
    about: 'A lost jack: known nowhere, good for nothing.',
    example: `jack-block --jack ${someone}`,
  },
  {
    name: 'jack-unblock',
    options: '--jack ID',
    about: 'Found again.',
    example: `jack-unblock --jack ${someone}`,
  },
  { name: 'alarms', options: '', about: 'Static codes heard where they cannot be.', example: 'alarms' },
  {
    name: 'driver-export',
    options: '--driver ID',
    about: 'Everything personal that is kept of a driver.',
    example: `driver-export --driver ${someone}`,
  },
  {
    name: 'driver-erase',
    options: '--driver ID',
    about: 'Who it was is erased; what was paid stays.',
    example: `driver-erase --driver ${someone}`,
  },
  {
    name: 'keys-rotate',
    options: '',
    about: 'A new master key: everything sealed is sealed anew, the old key goes. Stop the servers first.',
    example: 'keys-rotate',
  },
  {
    name: 'list-key-rotate',
    options: '',
    about: 'A new key signs expected lists; the old one vouches for it, so stations follow by themselves.',
    example: 'list-key-rotate',
  },
];

const everywhere = ['data', 'database-url', 'master-key-file', 'help'];

/** Those of these options that the command knows nothing of: they would be passed over in silence. */
export function optionsUnknownTo(command: string, given: readonly string[]): string[] {
  const help = adminHelp.find(({ name }) => name === command);
  const own = (help?.options.match(/--[a-z-]+/g) ?? []).map((option) => option.slice(2));
  return given.filter((name) => !everywhere.includes(name) && !own.includes(name));
}

export function adminUsage(): string {
  const lines = adminHelp.flatMap(({ name, options, about, example }) => [
    `  ${name}${options === '' ? '' : ` ${options}`}`,
    `      ${about}`,
    `      npm run server -- admin ${example}`,
  ]);
  return [
    'npm run server -- admin <command> [options]',
    '',
    'Everywhere: --data DIR (PGlite; its server must be stopped) or --database-url URL (PostgreSQL; servers may',
    'run), and --master-key-file PATH. Amounts are whole minor units. Answers are lines of JSON; the exit code is',
    '0 when it was done, 1 when not, 2 when the command is wrong.',
    '',
    ...lines,
  ].join('\n');
}
