import { type InputIssue, type InvalidInput, invalidInput, type NotFound, notFound } from '@cartograph/kernel/refusal';
import type { MethodKind, ShippingMethod } from '../domain/method.ts';
import { textIssue } from '../domain/text-issue.ts';
import type { Ports } from '../ports.ts';

export interface CreateMethodInput {
  readonly name: string;
  readonly description: string;
  readonly kind: MethodKind;
  readonly carrier?: string | null | undefined;
  readonly carrierService?: string | null | undefined;
  readonly carrierPrices: boolean;
  readonly taxClass: string;
  readonly active: boolean;
}

type Saved<Kind extends string> = { readonly kind: Kind; readonly method: ShippingMethod };

export type CreateMethodOutcome = Saved<'CreateShippingMethodSuccess'> | InvalidInput;
export type UpdateMethodOutcome = Saved<'UpdateShippingMethodSuccess'> | InvalidInput | NotFound;

export const createShippingMethod =
  ({ methods, carriers, newId, clock }: Ports) =>
  async (input: CreateMethodInput): Promise<CreateMethodOutcome> => {
    const carrier = input.carrier ?? null;
    const carrierService = input.carrierService ?? null;
    const issues = [
      ...textIssues(input),
      ...carrierIssues(input.kind, carrier, carrierService, [...carriers.keys()]),
      ...priceIssues(input.kind, input.carrierPrices),
    ];
    if (issues.length > 0) return invalidInput(issues);
    const { kind, taxClass, active, carrierPrices } = input;
    const texts = { name: input.name.trim(), description: input.description.trim() };
    const method = {
      id: newId('ShippingMethod'),
      ...texts,
      kind,
      carrier,
      carrierService,
      carrierPrices,
      taxClass,
      active,
    };
    await methods.create(method, clock());
    return { kind: 'CreateShippingMethodSuccess', method };
  };

export interface UpdateMethodInput {
  readonly id: string;
  readonly name?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly taxClass?: string | null | undefined;
  readonly carrierPrices?: boolean | null | undefined;
  readonly active?: boolean | null | undefined;
}

export const updateShippingMethod =
  ({ methods }: Pick<Ports, 'methods'>) =>
  async ({ id, ...input }: UpdateMethodInput): Promise<UpdateMethodOutcome> => {
    const issues = textIssues(input);
    if (issues.length > 0) return invalidInput(issues);
    const given = Object.entries(input).filter(([, value]) => value !== undefined && value !== null);
    const changes = given.map(([field, value]) => [field, typeof value === 'string' ? value.trim() : value]);
    const method = await methods.update(id, Object.fromEntries(changes));
    return method ? { kind: 'UpdateShippingMethodSuccess', method } : notFound('shipping method');
  };

function textIssues({ name, description, taxClass }: Omit<UpdateMethodInput, 'id'>): readonly InputIssue[] {
  return [
    ...(name == null ? [] : textIssue(['name'], name, { max: 80 })),
    ...(description == null ? [] : textIssue(['description'], description, { min: 0, max: 300 })),
    ...(taxClass == null ? [] : textIssue(['taxClass'], taxClass, { max: 40 })),
  ];
}

const priceIssues = (kind: MethodKind, carrierPrices: boolean): readonly InputIssue[] =>
  kind === 'PICKUP' && carrierPrices ? [{ path: ['carrierPrices'], message: 'A pick-up has no carrier.' }] : [];

function carrierIssues(
  kind: MethodKind,
  carrier: string | null,
  service: string | null,
  known: readonly string[],
): readonly InputIssue[] {
  if (kind === 'PICKUP')
    return carrier === null && service === null
      ? []
      : [{ path: ['carrier'], message: 'A pick-up has neither carrier nor service.' }];
  const issues: InputIssue[] = [];
  if (carrier === null || !known.includes(carrier))
    issues.push({ path: ['carrier'], message: `Must be one of the carriers that are set up: ${known.join(', ')}.` });
  if (!service?.trim())
    issues.push({ path: ['carrierService'], message: "Must be the carrier's name of the service." });
  return issues;
}
