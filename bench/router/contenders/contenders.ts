import { fileURLToPath } from 'node:url';
import { COMPILED } from './compiled.ts';
import type { Contender, Start } from './contender.ts';
import { ourContenders } from './ours.ts';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** A server of this folder, with words that choose among its ways. */
const server =
  (path: string, ...flags: readonly string[]): Contender['command'] =>
  ({ supergraphFile, port, workload }: Start) => ({
    args: [COMPILED, file(path), '--supergraph', supergraphFile, '--port', String(port), workload, ...flags],
    env: {},
  });

const PEERS: readonly Contender[] = [
  {
    id: 'stock',
    label: '@apollo/gateway on Apollo Server',
    kind: 'stock',
    table: 'main',
    command: server('./servers/stock.ts'),
  },
  { id: 'hive', label: 'Hive Gateway', kind: 'peer', table: 'main', command: server('./servers/hive.ts') },
  {
    id: 'hive-rust',
    label: 'Hive Gateway, Rust planner',
    kind: 'peer',
    table: 'main',
    command: server('./servers/hive.ts', 'rust'),
  },
  {
    id: 'mercurius',
    label: 'Mercurius gateway',
    kind: 'peer',
    table: 'main',
    command: server('./servers/mercurius.ts'),
  },
  {
    id: 'hand-written',
    label: 'hand-written',
    kind: 'hand-written',
    table: 'main',
    command: server('./hand-written/main.ts'),
  },
  {
    id: 'hand-written-once',
    label: 'hand-written, entities once',
    kind: 'hand-written',
    table: 'main',
    command: server('./hand-written/main.ts', 'once'),
  },
  {
    id: 'hive-shared',
    label: 'Hive Gateway, subgraph requests shared',
    kind: 'peer',
    table: 'shared',
    command: server('./servers/hive.ts', 'shared'),
  },
  {
    id: 'hive-rust-shared',
    label: 'Hive Gateway, Rust planner, subgraph requests shared',
    kind: 'peer',
    table: 'shared',
    command: server('./servers/hive.ts', 'rust', 'shared'),
  },
  {
    id: 'hive-rust-inbound',
    label: "Hive Gateway, Rust planner, clients' requests shared too",
    kind: 'peer',
    table: 'shared',
    command: server('./servers/hive.ts', 'rust', 'shared', 'inbound'),
  },
];

export const allContenders = (): readonly Contender[] => [...ourContenders(), ...PEERS];
