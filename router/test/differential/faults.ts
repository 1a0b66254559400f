import type { Dice } from './dice.ts';
import type { Graph } from './graph.ts';
import { hash } from './hash.ts';

/**
 * How far Apollo's gateway can be asked what is right when a subgraph does this: `all` for data and places of errors,
 * `data` for data alone when it is shown the answer with what does not fit as null, `none` where it lets through what does
 * not belong there or fails as a whole.
 */
export type Trust = 'all' | 'data' | 'none';

const FIELD_FAULTS = {
  throws: 'all',
  null: 'all',
  absent: 'all',
  tells: 'all',
  extra: 'all',
  unknownEnum: 'all',
  longer: 'all',
  typenameMissing: 'data',
  wrong: 'data',
  typenameWrong: 'none',
} as const satisfies Record<string, Trust>;

const REQUEST_FAULTS = {
  entityNull: 'all',
  entityThrows: 'all',
  tooFew: 'all',
  tooMany: 'all',
  entitiesNoList: 'all',
  dataNull: 'all',
  dataAbsent: 'all',
  rejects: 'all',
  errorWithoutPath: 'all',
  entityNoObject: 'none',
  dataNoObject: 'none',
  errorsMalformed: 'none',
} as const satisfies Record<string, Trust>;

export type FieldFaultKind = keyof typeof FIELD_FAULTS;
export type RequestFaultKind = keyof typeof REQUEST_FAULTS;

export interface FieldFault {
  readonly kind: FieldFaultKind;
  readonly subgraph: string;
  /** `Type.field` as the subgraph calls them. */
  readonly field: string;
  /** One object in so many. */
  readonly every: number;
  readonly salt: number;
}

export interface RequestFault {
  readonly kind: RequestFaultKind;
  readonly subgraph: string;
  readonly every: number;
  readonly salt: number;
}

export type Fault = FieldFault | RequestFault;

export const isFieldFault = (fault: Fault): fault is FieldFault => 'field' in fault;

/** The faults of one run, asked by subgraph. What happens to an object happens to it in every request. */
export class Faults {
  readonly all: readonly Fault[];
  constructor(all: readonly Fault[]) {
    this.all = all;
  }

  at(subgraph: string, field: string, id: string): FieldFault | undefined {
    return this.all.find(
      (fault): fault is FieldFault =>
        isFieldFault(fault) && fault.subgraph === subgraph && fault.field === field && hits(fault, id),
    );
  }

  of(subgraph: string, kind: RequestFaultKind, id = ''): boolean {
    return this.all.some(
      (fault) =>
        !isFieldFault(fault) && fault.subgraph === subgraph && fault.kind === kind && (id === '' || hits(fault, id)),
    );
  }

  get trust(): Trust {
    const trusts = this.all.map(({ kind }) => ({ ...FIELD_FAULTS, ...REQUEST_FAULTS })[kind]);
    return trusts.includes('none') ? 'none' : trusts.includes('data') ? 'data' : 'all';
  }
}

const hits = ({ every, salt }: { readonly every: number; readonly salt: number }, id: string): boolean =>
  hash(`${salt}|${id}`) % every === 0;

export function generateFaults(dice: Dice, graph: Graph): Fault[] {
  return Array.from({ length: dice.pick([1, 1, 2, 3, 5]) }, () =>
    dice.chance(75) ? fieldFault(dice, graph) : requestFault(dice, graph),
  );
}

function fieldFault(dice: Dice, graph: Graph): Fault {
  const [field, declared] = dice.pick([...graph.declared]);
  const { name } = dice.pick(declared).subgraph;
  const kind = dice.pick(Object.keys(FIELD_FAULTS) as FieldFaultKind[]);
  return { kind, subgraph: name, field, every: dice.pick([1, 1, 2, 3]), salt: dice.between(0, 99) };
}

function requestFault(dice: Dice, graph: Graph): Fault {
  const kind = dice.pick(Object.keys(REQUEST_FAULTS) as RequestFaultKind[]);
  return {
    kind,
    subgraph: dice.pick([...graph.subgraphs.keys()]),
    every: dice.pick([1, 2, 3]),
    salt: dice.between(0, 99),
  };
}
