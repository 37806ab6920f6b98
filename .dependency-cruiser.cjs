// The arrows of the house (docs/architecture.md), held by `npm run arrows` and by `npm test`.
//
//   renderer → shared ← station → drivers → shared      simulator → shared, drivers
//   server → shared                                     electron → station (as a process only)
//   training → station, server, simulator, drivers, shared (a thread of the station, which never imports it)
//   tests, tools → anybody
//
// A folder has one door: whoever comes from another top folder knocks at `index.ts`.
// The other doors are listed in DOORS, each with its reason.

const TEST_FILE = '\\.test\\.tsx?$|/testing/|\\.testing\\.ts$|-suite\\.ts$';

/** Doors beside index.ts: pattern and reason. */
const DOORS = [
  // The receiver contract is a folder-less file that everybody who hears needs.
  '^drivers/receiver\\.ts$',
  // The virtual Bluetooth controller: the simulated lot speaks HCI with the very twin that the drivers are tested on.
  '^drivers/testing/virtual-controller\\.ts$',
  // Each kind of receiver is a capability of its own, so each kind's folder has a door: drivers/<kind>/index.ts.
  '^drivers/[^/]+/index\\.ts$',
  // Each agreement in shared is a folder with its own door: shared/<x>/index.ts.
  '^shared/[^/]+/index\\.ts$',
];

/**
 * Doors inside station and server beside index.ts: the words a folder gives its neighbours (types.ts)
 * and the one description of the tables (schema.ts). Neither holds behaviour.
 */
const INNER_DOORS = ['^[^/]+/[^/]+/(index|types|schema)\\.ts$'];

/** One rule: `from` may import of our own code only `to` (and itself). */
const only = (from, to, why) => ({
  name: `${from}-knows-only-${to.join('-and-') || 'itself'}`,
  comment: why,
  severity: 'error',
  from: { path: `^${from}/` },
  to: {
    path: '^(drivers|station|server|simulator|training|electron|renderer|shared|tests|tools)/',
    pathNot: `^(${[from, ...to].join('|')})/`,
  },
});

module.exports = {
  forbidden: [
    only('shared', [], 'What everybody must agree on can depend on nobody.'),
    only('drivers', ['shared'], 'Bytes become frames without knowing who listens.'),
    only('station', ['drivers', 'shared'], 'The site works without a window and without the payment server.'),
    only('server', ['shared'], 'The payment server knows sites by contract only.'),
    only(
      'simulator',
      ['shared', 'drivers'],
      'The lot speaks to the product as cars do: by radio and by contract.',
    ),
    only(
      'training',
      ['station', 'server', 'simulator', 'drivers', 'shared'],
      'A whole site in one thread for practice. The station starts it as a program and never imports it: what is practised cannot reach what is real.',
    ),
    only('renderer', ['shared'], 'The screens know the station contract and nothing behind it.'),
    only('electron', [], 'The shell starts the station as a process; it never imports it.'),
    {
      name: 'one-door-per-top-folder',
      comment: 'Another top folder is entered by its index.ts (or a door listed above), so insides can move.',
      severity: 'error',
      from: {
        path: '^(drivers|station|server|simulator|training|electron|renderer|shared)/',
        pathNot: TEST_FILE,
      },
      to: {
        path: '^(drivers|station|server|simulator|training|electron|renderer|shared)/',
        pathNot: ['^$1/', '^[^/]+/index\\.ts$', ...DOORS],
      },
    },
    {
      name: 'one-door-per-folder-of-station-and-server',
      comment: 'Inside station and server a capability folder is entered by its index.ts.',
      severity: 'error',
      from: { path: '^(station|server)/([^/]+)/', pathNot: TEST_FILE },
      to: { path: '^$1/[^/]+/.', pathNot: ['^$1/$2/', ...INNER_DOORS] },
    },
    {
      name: 'one-door-per-folder-of-shared',
      comment: 'An agreement of shared is entered by its index.ts, also by its neighbours.',
      severity: 'error',
      from: { path: '^shared/([^/]+)/', pathNot: TEST_FILE },
      to: { path: '^shared/[^/]+/.', pathNot: ['^shared/$1/', '^shared/[^/]+/index\\.ts$'] },
    },
    {
      name: 'no-circular',
      comment: 'A circle means two files are one idea, or one knows too much. Type-only circles count too.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A file that nobody imports and that imports nobody is dead, or its test is missing.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: ['\\.d\\.ts$', '\\.test\\.tsx?$', '^(tests|tools)/', '\\.config\\.[cm]?ts$', '^\\.'],
      },
      to: {},
    },
    {
      name: 'no-test-code-in-the-product',
      comment: 'What ships must not lean on tests, tools or test doubles.',
      severity: 'error',
      from: { path: '^(drivers|station|server|training|electron|renderer|shared)/', pathNot: TEST_FILE },
      to: { path: '^(tests|tools)/|\\.test\\.tsx?$' },
    },
    {
      name: 'not-to-dev-dependency',
      comment:
        'The station, the server and their libraries run from `dependencies` alone (the packaged kiosk has no others).',
      severity: 'error',
      from: { path: '^(drivers|station|server|simulator|training|shared)/', pathNot: TEST_FILE },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-electron-outside-the-shell',
      comment: 'The station also runs as a plain service; the renderer also runs in a browser.',
      severity: 'error',
      from: { pathNot: ['^electron/', '^tests/', '^tools/', '^electron\\.vite\\.config\\.ts$'] },
      to: { path: 'node_modules/electron/' },
    },
    {
      name: 'no-node-in-shared',
      comment:
        'A browser window uses these without Node. Cryptography of jacks and codes is for station and server only.',
      severity: 'error',
      from: { path: '^shared/', pathNot: [TEST_FILE, '^shared/(eid|auth-code)/'] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'renderer-reaches-no-node',
      comment: 'Nothing that the window loads, however indirectly, may need Node.',
      severity: 'error',
      from: { path: '^renderer/', pathNot: [TEST_FILE, '^renderer/vite\\.config\\.ts$'] },
      to: { path: '^(crypto|fs|path|os|net|child_process|worker_threads)(/|$)', reachable: true },
    },
    {
      name: 'renderer-evaluates-no-schemas',
      comment:
        'Of the contracts the window takes types only, and plain values from shared/station-facts: it checks nothing by schemas, and would evaluate them all before its first picture.',
      severity: 'error',
      from: { path: '^renderer/', pathNot: [TEST_FILE, '^renderer/dev/'] },
      to: {
        path: '^shared/(station-contract|server-contract|schemas)/|node_modules/zod/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'not-resolvable',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: ['^virtual:', '\\?(url|raw|inline)$'] },
    },
  ],
  options: {
    // dependency-cruiser 18 cannot read TypeScript 7's compiler API; swc reads the same syntax.
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: {
      path: [
        '^(out|dist|dist-electron|test-results|docs)/',
        '^\\.(data|ci|git|vite)(/|$)',
        '^\\.dependency-cruiser',
      ],
    },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
