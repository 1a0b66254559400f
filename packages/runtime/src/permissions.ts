import { createRequire } from 'node:module';
import { CodedError } from '@cartograph/kernel/errors';
import { isStaff, type StaffRole, type Viewer } from '@cartograph/kernel/viewer';
import { type GraphQLSchema, isObjectType } from 'graphql';
import { applyMiddleware, type IMiddlewareGenerator } from 'graphql-middleware';
import type * as Shield from 'graphql-shield';

// The ESM build imports a function that Node 23 removed from `util`; the CommonJS build runs everywhere.
const { rule, shield, allow, deny, or } = createRequire(import.meta.url)('graphql-shield') as typeof Shield;

export { allow, deny };

type Rule = ReturnType<ReturnType<typeof rule>> | ReturnType<typeof or>;
type Fields = Readonly<Record<string, Rule>>;

/** Rules per type and field. Every root field needs one: what has none is denied. */
export interface Permissions {
  readonly Query: Fields;
  readonly Mutation: Fields;
  readonly [type: string]: Fields;
}

const made = new Map<string, Rule>();

/** Shield tells rules apart by name and refuses two of one name: asked for again, a rule is the one made before. */
function viewerRule(name: string, code: 'UNAUTHENTICATED' | 'FORBIDDEN', test: (viewer: Viewer) => boolean): Rule {
  const known = made.get(name) ?? makeViewerRule(name, code, test);
  made.set(name, known);
  return known;
}

const makeViewerRule = (name: string, code: 'UNAUTHENTICATED' | 'FORBIDDEN', test: (viewer: Viewer) => boolean): Rule =>
  rule(name, { cache: 'contextual' })((_parent: unknown, _args: unknown, { viewer }: { viewer: Viewer }) => {
    if (test(viewer)) return true;
    // Who has shown no identity is told to show one; who has is told that it does not suffice.
    return viewer.kind === 'anonymous' ? new CodedError('UNAUTHENTICATED') : new CodedError(code);
  });

/** A guest session or a signed-in customer: somebody who can own a cart. */
export const isBuyer = viewerRule('isBuyer', 'FORBIDDEN', ({ kind }) => kind === 'guest' || kind === 'customer');
export const isCustomer = viewerRule('isCustomer', 'UNAUTHENTICATED', ({ kind }) => kind === 'customer');
/** Anybody with an identity: guest, customer, staff or service. */
export const isKnown = viewerRule('isKnown', 'UNAUTHENTICATED', ({ kind }) => kind !== 'anonymous');
/** Another subgraph. Guards every `@inaccessible` field. */
export const isNeighbour = viewerRule('isNeighbour', 'FORBIDDEN', ({ kind }) => kind === 'service');
export const isStaffWith = (...roles: StaffRole[]) =>
  viewerRule(`isStaff:${roles.join('|')}`, 'FORBIDDEN', (viewer) => isStaff(viewer, ...roles));
export const isBuyerOrStaff = (...roles: StaffRole[]) =>
  viewerRule(
    `isBuyerOrStaff:${roles.join('|')}`,
    'FORBIDDEN',
    (v) => v.kind === 'guest' || v.kind === 'customer' || isStaff(v, ...roles),
  );
export const isStaffOrNeighbour = (...roles: StaffRole[]) =>
  viewerRule(`isStaffOrNeighbour:${roles.join('|')}`, 'FORBIDDEN', (v) => v.kind === 'service' || isStaff(v, ...roles));

/**
 * Puts the rules in front of the resolvers. Only root fields and fields with a rule of their own are wrapped:
 * wrapping all would make every scalar of a list an async call, and the wall is the store anyway.
 */
export function applyPermissions(schema: GraphQLSchema, permissions: Permissions): GraphQLSchema {
  const query = { _entities: allow, _service: allow, ...permissions.Query };
  const rules = { ...permissions, Query: { '*': deny, ...query }, Mutation: { '*': deny, ...permissions.Mutation } };
  const present = Object.fromEntries(Object.entries(rules).filter(([type]) => isObjectType(schema.getType(type))));
  const options = { fallbackRule: allow, allowExternalErrors: true, fallbackError: new CodedError('FORBIDDEN') };
  const generator = shield(present as never, options as never) as unknown as IMiddlewareGenerator<
    unknown,
    unknown,
    unknown
  >;
  const all = (
    generator as unknown as { generate(schema: GraphQLSchema): Record<string, Record<string, unknown>> }
  ).generate(schema);
  const wrapped: Record<string, Record<string, unknown>> = {};
  for (const [type, fields] of Object.entries(present)) {
    const names = type === 'Query' || type === 'Mutation' ? Object.keys(all[type] ?? {}) : Object.keys(fields);
    wrapped[type] = Object.fromEntries(names.map((name) => [name, all[type]?.[name]]));
  }
  return applyMiddleware(schema, wrapped as never);
}
