import { isDeepStrictEqual } from 'node:util';
import { codeOf } from '@cartograph/kernel/errors';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLOutputType,
  getNamedType,
  getOperationAST,
  getVariableValues,
  isAbstractType,
  isUnionType,
  parse,
  validate,
  visit,
} from 'graphql';
import { EffortExceeded } from '../../src/planning/effort.ts';
import { compiledExecutor } from '../federation/compiled-executor.ts';
import type { Engine, EngineAnswer } from '../federation/engine.ts';
import { stockGateway } from '../federation/stock-gateway.ts';
import { asksForType } from './asked-types.ts';
import { decidedOperation } from './decided-operation.ts';
import { haveSamePlaces, pathsOf, sameNull, valueAt } from './error-places.ts';
import { Faults } from './faults.ts';
import type { Graph } from './graph.ts';
import { ABSTRACT_FRAGMENT, explanationsFor, type KnownDifference, TOO_MANY_WAYS } from './known-differences.ts';
import { nulledAs } from './nulled-as.ts';
import { type Ask, type Outcome, runMerged, runOn } from './run-case.ts';
import { renamesTo, sentNames } from './sent-names.ts';
import { AnswerShape } from './shape-of-answer.ts';
import { shownToStock } from './shown-to-stock.ts';
import type { Case } from './shrink.ts';

/** Our executor and what is right differ. */
export class Difference extends Error {
  /** What differs: a smaller case that fails in another way is another case. */
  readonly kind: string;
  constructor(kind: string, detail = '') {
    super(`${kind}${detail}`);
    this.kind = kind;
  }
}

export interface Notes {
  readonly compared: 'merged' | 'stock' | 'properties';
  /** In what Apollo's gateway was wrong. */
  readonly known: readonly KnownDifference[];
}

/** Whether a case is one: a smaller one that was cut from another may not be valid any more. */
export function isValid({ operation }: Case, graph: Graph): boolean {
  if (operation.query.trim() === '') return false;
  const document = parse(operation.query);
  if (validate(graph.apiSchema, document).length > 0) return false;
  const main = getOperationAST(document, operation.operationName);
  return (
    !!main &&
    !!graph.apiSchema.getRootType(main.operation) &&
    !getVariableValues(graph.apiSchema, main.variableDefinitions ?? [], operation.variables).errors
  );
}

/** Ours refuses it, before it asks anybody. */
class TooManyWays extends Error {}

/** Runs one case on both engines, and says by throwing what is wrong with ours. */
export async function check(one: Case, graph: Graph, engine: Engine = compiledExecutor): Promise<Notes> {
  return compare(one, graph, engine).catch((error: Error) => {
    if (error instanceof TooManyWays) return { compared: 'properties', known: [TOO_MANY_WAYS] };
    throw error;
  });
}

async function compare(one: Case, graph: Graph, engine: Engine): Promise<Notes> {
  const clean: Ask = { graph, seed: one.seed, operation: one.operation, faults: [] };
  const truth = runMerged(clean);
  if (one.faults.length > 0) return checkFaulty({ ...clean, faults: one.faults }, truth, engine);
  const ours = await answered(clean, engine);
  expectSound(clean, ours);
  expectTruth(ours, truth);
  expectEffects(ours, truth);
  const stock = await runOn(stockGateway, clean).catch((error: Error) => error);
  const known = knownDifferences(clean, truth, stock);
  return { compared: 'merged', known };
}

async function checkFaulty(ask: Ask, truth: EngineAnswer, engine: Engine): Promise<Notes> {
  const ours = await answered(ask, engine);
  expectSound(ask, ours);
  const loud = ask.faults.every(({ kind }) => LOUD.has(kind));
  if (loud && truth.errors.length === 0 && ours.errors.length === 0)
    expectSame('data without an error', ours.data, truth.data);
  const { trust } = new Faults(ask.faults);
  const document = parse(ask.operation.query);
  if (trust === 'none') return { compared: 'properties', known: [] };
  // Where names are missing the gateway goes by the fragments around, as it does where it did not ask for them.
  const nameless = ask.faults.some(({ kind }) => kind === 'typenameMissing');
  const losesNames = nameless || ask.faults.some(({ kind }) => DATALESS.has(kind));
  if (losesNames && ABSTRACT_FRAGMENT.concerns(document, ask.graph))
    return { compared: 'properties', known: [ABSTRACT_FRAGMENT] };
  // Where fields depend on a name that is missing, the gateway has an object without them. Ours is null, and told.
  const isToldApart = (type: GraphQLOutputType) =>
    hasFragments(document) ? isAbstractType(getNamedType(type)) : isUnionType(getNamedType(type));
  if (nameless && asksForType(document, ask.graph.apiSchema, isToldApart)) return { compared: 'properties', known: [] };
  // Where names are set for `@interfaceObject` the schema says nothing of what has none: ours asks no more of it.
  const hasInterfaceObjects = [...ask.graph.subgraphs.values()].some(
    ({ objectInterfaces }) => objectInterfaces.size > 0,
  );
  if (nameless && hasInterfaceObjects) return { compared: 'properties', known: [] };
  const sent = sentNames(ask.graph);
  // Shown null for what does not fit, the gateway sends other subgraphs that null; ours sends them the value itself.
  if (ask.faults.some((fault) => fault.kind === 'wrong' && sent.has(fault.field.split('.')[1] ?? '')))
    return { compared: 'properties', known: [] };
  // A field that a subgraph does not answer leaves the gateway what it put under the same name to send it on.
  if (renamesTo(sent, document)) return { compared: 'properties', known: [] };
  const decided = decidedOperation(ask.operation, ask.graph.apiSchema);
  if (!decided) return { compared: 'properties', known: [] };
  const shown: Ask = { ...ask, operation: decided };
  // Where the gateway is wrong with honest subgraphs, or plans otherwise, nothing is learnt from it with others.
  const honest = await runOn(stockGateway, { ...shown, faults: [], through: shownToStock(ask.graph, false) }).catch(
    (error: Error) => error,
  );
  const known = knownDifferences(shown, truth, honest);
  if (honest instanceof Error || known.length > 0) return { compared: 'properties', known };
  const { touched } = await answered({ ...ask, faults: [] }, engine);
  if (!isDeepStrictEqual(touched, honest.touched)) return { compared: 'properties', known };
  const answer = await runOn(stockGateway, { ...shown, through: shownToStock(ask.graph, trust === 'data') });
  const stock = hasInterfaceObjects && hasFragments(document) ? nulledAs(ours, answer) : answer;
  expectSame('data under faults', ours.data, stock.data);
  // Effects are not repeated to learn what the gateway left untold.
  if (trust === 'all' && ours.effects.length === 0 && !haveSamePlaces(ours, stock, truth))
    throw new Difference(
      'places of errors',
      `\n  data: ${JSON.stringify(ours.data)}\n  ours:  ${JSON.stringify(ours.errors)}\n  stock: ${JSON.stringify(stock.errors)}`,
    );
  return { compared: 'stock', known };
}

function hasFragments(document: DocumentNode): boolean {
  let found = false;
  const note = () => {
    found = true;
  };
  visit(document, { InlineFragment: note, FragmentSpread: note });
  return found;
}

/** Faults that no caller is left to guess: where data is missing, an error says so. */
const LOUD = new Set(['throws', 'rejects', 'entityThrows', 'tooFew', 'tooMany', 'entitiesNoList']);

/** Faults that take all of an answer, names included. */
const DATALESS = new Set(['dataAbsent', 'dataNull', 'rejects']);

async function answered(ask: Ask, engine: Engine): Promise<Outcome> {
  const outcome = await runOn(engine, ask).catch((error: Error) => {
    if (codeOf(error) === 'OPERATION_TOO_LARGE') throw new TooManyWays();
    throw new Difference('it rejects', `: ${error.stack}`);
  });
  if (outcome.errors.some(({ extensions }) => extensions?.code === 'OPERATION_TOO_LARGE')) throw new TooManyWays();
  return outcome;
}

/** What holds for every answer, whatever the subgraphs do. */
function expectSound({ graph, operation }: Ask, { data, errors, traffic }: Outcome): void {
  if (traffic.refused.length > 0)
    throw new Difference('a subgraph cannot take what it is sent', `: ${traffic.refused[0]}`);
  const document = parse(operation.query);
  const main = getOperationAST(document, operation.operationName);
  if (!main) throw new Error('the case has no operation');
  const { coerced = {} } = getVariableValues(graph.apiSchema, main.variableDefinitions ?? [], operation.variables);
  const fragments = new Map(
    document.definitions.flatMap((one): [string, FragmentDefinitionNode][] =>
      one.kind === 'FragmentDefinition' ? [[one.name.value, one]] : [],
    ),
  );
  const mismatch = new AnswerShape(graph.apiSchema, fragments, coerced).mismatch(main, data);
  if (mismatch) throw new Difference('the answer has not the form of the operation', `: ${mismatch}`);
  for (const { path, message } of errors) {
    if (typeof message !== 'string') throw new Difference('an error without a message');
    const lost = path && data !== null && strayFrom(path, data);
    if (lost)
      throw new Difference('an error is placed where nothing is', `: ${path.join('.')} in ${JSON.stringify(data)}`);
  }
  if (data === null && errors.length === 0) throw new Difference('no data and no error');
  if (Object.keys(Object.prototype).length > 0 || ({} as { polluted?: true }).polluted)
    throw new Difference('a prototype is polluted');
}

/** Whether a path leaves the answer before it comes to a null, to its end, or to a field that only the plan asked for. */
function strayFrom(path: readonly (string | number)[], data: unknown): boolean {
  let value = data;
  for (const element of path) {
    if (value === null) return false;
    if (typeof value !== 'object' || Array.isArray(value) !== (typeof element === 'number')) return true;
    if (!Object.hasOwn(value, element)) return typeof element === 'number';
    value = (value as Record<string, unknown>)[element];
  }
  return false;
}

function expectTruth(ours: Outcome, truth: EngineAnswer): void {
  const [got, wanted] = [JSON.stringify(ours.data), JSON.stringify(truth.data)];
  if (got !== wanted)
    throw new Difference('data', `\n  ours:  ${got}\n  truth: ${wanted}\n  errors: ${JSON.stringify(ours.errors)}`);
  const [told, due] = [pathsOf(ours), pathsOf(truth)];
  // Of several that make one object null the one that is met first is told (6.4.4), and we come to them in another order.
  const missing = due.filter(
    (path) => !told.includes(path) && !told.some((other) => sameNull(path, other, truth.data)),
  );
  // graphql-js stops at the first null that a list cannot have; telling of the others too is not wrong.
  const idle = told.filter((path) => !due.includes(path) && valueAt(path, truth.data) !== null);
  if (missing.length > 0 || idle.length > 0) throw new Difference('errors', `\n  ours:  ${told}\n  truth: ${due}`);
}

function expectSame(what: string, ours: unknown, other: unknown): void {
  if (!isDeepStrictEqual(ours, other))
    throw new Difference(what, `\n  ours:  ${JSON.stringify(ours)}\n  other: ${JSON.stringify(other)}`);
}

/**
 * After a mutation that has lost the answer none takes effect, except in its own request: a subgraph does not know what
 * callers must not see, and goes on.
 */
function expectEffects(ours: Outcome, truth: EngineAnswer & { readonly effects: readonly string[] }): void {
  const [due, more] = [ours.effects.slice(0, truth.effects.length), ours.effects.slice(truth.effects.length)];
  const subgraphOf = (effect: string | undefined) => effect?.split('.')[0];
  const isHidden = ours.data === null && ours.errors.some(({ message }) => message.startsWith('Invalid value found'));
  const goesOn = isHidden && more.every((effect) => subgraphOf(effect) === subgraphOf(due.at(-1)));
  expectSame('effects', goesOn ? due : ours.effects, truth.effects);
}

function knownDifferences(
  { graph, operation }: Ask,
  truth: EngineAnswer,
  stock: Outcome | Error,
): readonly KnownDifference[] {
  if (!(stock instanceof Error) && isDeepStrictEqual(stock.data, truth.data)) return [];
  if (stock instanceof Error && stock.message === new EffortExceeded().message) return [TOO_MANY_WAYS];
  const [explanation] = explanationsFor(operation, graph);
  if (explanation) return [explanation];
  const said = stock instanceof Error ? stock.stack : JSON.stringify(stock.data);
  throw new Difference(
    'the stock gateway is wrong in a way that is not listed',
    `\n  stock: ${said}\n  truth: ${JSON.stringify(truth.data)}`,
  );
}
