import { isId } from '@cartograph/kernel/id';
import { type InvalidInput, type NotFound, notFound } from '@cartograph/kernel/refusal';
import { readText } from '@cartograph/kernel/text';
import type { CustomerGroup } from '../domain/audience.ts';
import { codeTaken, createInputReader, invalidInput, limitReached, type Refusal } from '../domain/outcome.ts';
import type { Ports } from '../ports.ts';

/** As many customers as one change names. */
const MOST_AT_ONCE = 100;

export interface CreateCustomerGroupInput {
  readonly code: string;
  readonly name: string;
}

export type CreateCustomerGroupOutcome =
  | { readonly kind: 'CreateCustomerGroupSuccess'; readonly group: CustomerGroup }
  | Refusal<'CodeTaken'>
  | Refusal<'LimitReached'>
  | InvalidInput;

export const createCustomerGroup =
  (ports: Ports) =>
  async ({ code, name }: CreateCustomerGroupInput): Promise<CreateCustomerGroupOutcome> => {
    const reader = createInputReader();
    const readName = reader.read(['name'], () => readText('name', name, { max: 100 }));
    if (!/^[A-Z][A-Z0-9_]{0,39}$/.test(code))
      reader.add(['code'], '"code" must be capitals, digits and _, begin with a letter and have up to 40 characters.');
    if (reader.issues.length > 0 || !readName) return invalidInput(reader.issues);
    const group: CustomerGroup = { id: ports.newId('CustomerGroup'), code, name: readName, createdAt: ports.clock() };
    const created = await ports.groups.create(group);
    if (created === 'taken') return codeTaken();
    return created === 'full' ? limitReached() : { kind: 'CreateCustomerGroupSuccess', group };
  };

export type DeleteCustomerGroupOutcome =
  | { readonly kind: 'DeleteCustomerGroupSuccess'; readonly deletedId: string }
  | NotFound;

export const deleteCustomerGroup =
  (ports: Ports) =>
  async (id: string): Promise<DeleteCustomerGroupOutcome> =>
    (await ports.groups.remove(id)) ? { kind: 'DeleteCustomerGroupSuccess', deletedId: id } : notFound('group');

export interface ChangeGroupMembersInput {
  readonly groupId: string;
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

export type ChangeGroupMembersOutcome =
  | {
      readonly kind: 'ChangeGroupMembersSuccess';
      readonly group: CustomerGroup;
      readonly added: number;
      readonly removed: number;
    }
  | NotFound
  | InvalidInput;

export const changeGroupMembers =
  (ports: Ports) =>
  async ({ groupId, add, remove }: ChangeGroupMembersInput): Promise<ChangeGroupMembersOutcome> => {
    const reader = createInputReader();
    for (const [field, ids] of Object.entries({ add, remove }))
      if (ids.length > MOST_AT_ONCE) reader.add([field], `"${field}" must name at most ${MOST_AT_ONCE} customers.`);
    if (reader.issues.length > 0) return invalidInput(reader.issues);
    const known = (ids: readonly string[]) => ids.filter((id) => isId('Customer', id));
    const change = { add: known(add), remove: known(remove) };
    const changed = await ports.groups.changeMembers(groupId, change, ports.clock());
    return changed ? { kind: 'ChangeGroupMembersSuccess', ...changed } : notFound('group');
  };
