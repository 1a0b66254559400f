// The one-way rule of the house, checked by `npm run rooms`. Arrows go down or inward, never up.
const room = (names) => `^subgraphs/[^/]+/src/(${names})(/|\\.ts$)`;
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
const TESTS = '\\.test\\.ts$|/test/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    rule(
      'no-cycles',
      'Two files that need each other are one.',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    rule(
      'no-unresolved',
      'An import must resolve.',
      { pathNot: 'generated' },
      { couldNotResolve: true, pathNot: 'generated' },
    ),
    rule(
      'subgraphs-meet-in-the-graph',
      'No subgraph imports another.',
      { path: '^subgraphs/([^/]+)/' },
      { path: '^subgraphs/', pathNot: '^subgraphs/$1/' },
    ),
    rule(
      'doors',
      'graphql/, http/ and jobs/ translate: they call operations and loaders, never a store or a provider.',
      { path: room('graphql|http|jobs'), pathNot: TESTS },
      { path: room('datasources|adapters|subgraph|main|config') },
    ),
    rule(
      'work',
      'loaders/, operations/ and sagas/ use ports and domain.',
      { path: room('loaders|operations|sagas'), pathNot: TESTS },
      { path: room('graphql|http|jobs|datasources|adapters|subgraph|main|config|context') },
    ),
    rule(
      'words',
      'ports.ts and domain/ know the kernel alone.',
      { path: room('ports|domain'), pathNot: TESTS },
      {
        path: `${room('graphql|http|jobs|loaders|operations|sagas|datasources|adapters|subgraph|main|config|context')}|^packages/runtime|^router`,
      },
    ),
    rule(
      'domain-has-no-library',
      'domain/ has no I/O, no clock, no library.',
      { path: room('domain'), pathNot: TESTS },
      { dependencyTypes: ['npm', 'npm-dev', 'core'], pathNot: 'packages/kernel' },
    ),
    rule(
      'outside',
      'datasources/ and adapters/ implement ports; subgraph.ts and its list providers.ts alone import them.',
      { path: room('datasources|adapters'), pathNot: TESTS },
      { path: room('graphql|http|jobs|loaders|operations|sagas|subgraph|providers|main|config|context') },
    ),
    rule(
      'outside-is-wired-once',
      'Nobody but subgraph.ts, providers.ts, scripts and tests imports a store or an adapter.',
      { path: '^subgraphs/[^/]+/src/', pathNot: `${room('subgraph|providers|datasources|adapters')}|${TESTS}` },
      { path: room('datasources|adapters') },
    ),
    rule(
      'kernel-is-pure',
      'The kernel has no I/O and no dependencies.',
      { path: '^packages/kernel/', pathNot: TESTS },
      { pathNot: '^packages/kernel/' },
    ),
    rule(
      'runtime-knows-no-subgraph',
      'The runtime serves every subgraph alike.',
      { path: '^packages/', pathNot: TESTS },
      { path: '^(subgraphs|router)/' },
    ),
    rule(
      'router-knows-no-subgraph',
      'The router reads the supergraph, nothing else.',
      { path: '^router/', pathNot: TESTS },
      { path: '^subgraphs/' },
    ),
    rule('entry', 'Nobody imports main.ts.', {}, { path: '/main\\.ts$' }),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: ['node_modules', 'generated'] },
    exclude: { path: ['/generated/', '\\.cartograph'] },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'default'] },
  },
};
