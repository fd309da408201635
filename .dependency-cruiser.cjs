/** Doors of the house (docs/decisions/house.md): which room may import which. Tests may import anything. */
const rooms = [
  'agents',
  'bot',
  'cards',
  'workflows',
  'workers',
  'connectors',
  'evals',
  'core',
  'platform',
  'local',
  'bin',
  'test',
  'bench',
];
const doors = {
  core: [],
  cards: ['core'],
  agents: ['core'],
  workflows: ['core'],
  platform: ['core'],
  connectors: ['core', 'platform'],
  workers: ['core', 'agents', 'connectors', 'evals', 'platform'],
  bot: ['core', 'cards', 'agents', 'platform'],
  evals: ['core', 'agents', 'platform'],
};
const isTest = '\\.test\\.ts$|/histories/|^test/';

const roomRules = Object.entries(doors).map(([room, open]) => ({
  name: `door-${room}`,
  comment: `${room} may import ${open.join(', ') || 'no other room'}`,
  severity: 'error',
  from: { path: `^${room}/`, pathNot: isTest },
  to: { path: `^(${rooms.filter((r) => r !== room && !open.includes(r)).join('|')})/` },
}));

/** What a room may take from npm, where the list is short enough to be a rule. */
const packages = {
  core: '(zod|canonicalize|@noble/hashes)',
  cards: '(zod)',
  agents: '(zod)',
  workflows: '(@temporalio/(workflow|common|interceptors-opentelemetry-v2)|@opentelemetry/api)',
};
const packageRules = Object.entries(packages).map(([room, allowed]) => ({
  name: `packages-${room}`,
  severity: 'error',
  from: { path: `^${room}/`, pathNot: isTest },
  to: {
    dependencyTypesNot: ['local', 'core', 'type-only', 'undetermined'],
    path: 'node_modules/',
    pathNot: `node_modules/${allowed}(/|$)`,
  },
}));

module.exports = {
  forbidden: [
    ...roomRules,
    ...packageRules,
    {
      name: 'no-node-in-pure-rooms',
      severity: 'error',
      from: { path: '^(core|cards|agents|workflows)/', pathNot: isTest },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'bot-never-calls-temporal',
      severity: 'error',
      from: { path: '^bot/', pathNot: isTest },
      to: { path: '@temporalio/' },
    },
    {
      name: 'chat-sdks-stay-in-their-room',
      severity: 'error',
      from: { path: '.', pathNot: '^(bot|local|test|bench)/|node_modules' },
      to: { path: 'node_modules/(@slack|@microsoft)/' },
    },
    {
      name: 'nobody-imports-local',
      severity: 'error',
      from: { path: '.', pathNot: '^(bin|local|test|bench)/|\\.test\\.ts$' },
      to: { path: '^local/' },
    },
    {
      name: 'no-cycles',
      comment: 'Not for a type either: it stands where both can take it.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    { name: 'no-missing', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(bench/peers|\\.countersign)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
  },
};
