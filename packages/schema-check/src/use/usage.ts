import { type ASTNode, type GraphQLError, type GraphQLSchema, Kind, validate } from 'graphql';
import { BadInput, placeOf } from '../bad-input.ts';
import type { Operation } from '../input/operation.ts';
import type { Facts } from './facts.ts';
import { traceUse } from './trace.ts';

/** All that is known of how clients use the base schema, ready to be asked by coordinate. */
export class Usage {
  readonly all: readonly Facts[];
  private readonly naming: ReadonlyMap<string, readonly Facts[]>;
  private readonly sending: ReadonlyMap<string, readonly Facts[]>;
  private readonly selecting: ReadonlyMap<string, readonly Facts[]>;

  constructor(all: readonly Facts[]) {
    this.all = all;
    this.naming = index(all, ({ nodes }) => nodes.keys());
    this.sending = index(all, ({ sends }) => sends);
    this.selecting = index(all, ({ selects }) => selects);
  }

  /** Operations that name a coordinate in their text. */
  namingCoordinate(coordinate: string): readonly Facts[] {
    return (this.naming.get(coordinate) ?? []).filter((facts) => facts.validOnBase());
  }

  /** Operations with a variable that may carry a value of the type. */
  sendingType(type: string): readonly Facts[] {
    return (this.sending.get(type) ?? []).filter((facts) => facts.validOnBase());
  }

  selectingType(type: string): readonly Facts[] {
    return (this.selecting.get(type) ?? []).filter((facts) => facts.validOnBase());
  }

  /** Operations that head refuses because of what they say at the coordinate. */
  brokenAt(coordinate: string, because: (error: GraphQLError) => boolean = () => true): readonly Facts[] {
    return this.namingCoordinate(coordinate).filter(({ use, errors }) =>
      errors.some((error) => because(error) && pointsAt(error, use.nodes.get(coordinate) ?? [])),
    );
  }

  /** Operations that head refuses because of something selected below the coordinate, on the type it answers now. */
  brokenBelow(coordinate: string, type: string): readonly Facts[] {
    return this.namingCoordinate(coordinate).filter(({ use, errors }) =>
      errors.some(({ nodes = [], message }) => {
        const isBelow = nodes.some((node) =>
          use.nodes.get(coordinate)?.some((each) => each !== node && contains(each, node)),
        );
        // A named fragment is written elsewhere; the message still tells which type it fails on.
        return isBelow || message.includes(`"${type}"`);
      }),
    );
  }

  /** Operations that head refuses with a message that says so. */
  brokenSaying(...words: readonly string[]): readonly Facts[] {
    return this.all.filter(
      (facts) =>
        facts.errors.some(({ message }) => words.every((word) => message.includes(word))) && facts.validOnBase(),
    );
  }
}

function pointsAt({ nodes = [] }: GraphQLError, named: readonly ASTNode[]): boolean {
  return nodes.some((node) =>
    named.some(
      (each) => each === node || (isHolder(each) && contains(each, node)) || (isSpread(node) && contains(node, each)),
    ),
  );
}

const isHolder = ({ kind }: ASTNode): boolean => kind === Kind.ARGUMENT || kind === Kind.OBJECT_FIELD;
const isSpread = ({ kind }: ASTNode): boolean => kind === Kind.INLINE_FRAGMENT;

const contains = ({ loc: outer }: ASTNode, { loc: inner }: ASTNode): boolean =>
  outer !== undefined &&
  inner !== undefined &&
  outer.source === inner.source &&
  outer.start <= inner.start &&
  inner.end <= outer.end;

function index(
  all: readonly Facts[],
  keys: (use: Facts['use']) => Iterable<string>,
): ReadonlyMap<string, readonly Facts[]> {
  const map = new Map<string, Facts[]>();
  for (const facts of all)
    for (const key of keys(facts.use)) {
      const list = map.get(key);
      if (list) list.push(facts);
      else map.set(key, [facts]);
    }
  return map;
}

export interface Judged {
  readonly facts: readonly Facts[];
  /** Operations that neither base nor head admits, when the settings let them be ignored. */
  readonly ignored: readonly Operation[];
}

/** Validates every operation against head, and those that fail against base: who was never valid is bad input. */
export function judgeOperations(
  operations: readonly Operation[],
  base: GraphQLSchema,
  head: GraphQLSchema,
  invalid: 'refuse' | 'ignore',
): Judged {
  const facts: Facts[] = [];
  const ignored: Operation[] = [];
  for (const operation of operations) {
    const errors = validate(head, operation.document);
    const onBase = once(() => (base === head ? errors : validate(base, operation.document)));
    const [never] = errors.length > 0 ? onBase() : [];
    if (!never) {
      const use = traceUse(base, operation.document);
      facts.push({ operation, use, errors, validOnBase: () => onBase().length === 0 });
    } else if (invalid === 'ignore') ignored.push(operation);
    else {
      const file = operation.place.replace(/:\d+$/, '');
      const place =
        operation.body.includes('\n') || /\.(graphql|gql):/.test(operation.place)
          ? placeOf(never, file)
          : operation.place;
      throw new BadInput(`operation ${operation.name} was never valid: ${never.message}`, place);
    }
  }
  return { facts, ignored };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
