import { type Money, parseMoney } from '@cartograph/kernel/money';
import type { Viewer } from '@cartograph/kernel/viewer';
import { newId } from '@cartograph/runtime/ids';
import type { DiscountKind } from '../domain/checkout.ts';
import { isCode, normalizeCode } from '../domain/discount.ts';
import { type InvalidInput, invalidInput, issue } from '../domain/outcome.ts';
import type { CreateDiscountSuccess, NewDiscount } from '../domain/staff-discount.ts';
import { createInputReader, type InputReader } from '../domain/text-input.ts';
import type { Ports } from '../ports.ts';

type Maybe<T> = T | null | undefined;
type MoneyInput = { readonly amount: string; readonly currencyCode: string };

export interface CreateDiscountInput {
  readonly title: string;
  readonly kind: DiscountKind;
  readonly codes?: readonly string[];
  readonly percent?: Maybe<string>;
  readonly amount?: Maybe<MoneyInput>;
  readonly buyQuantity?: Maybe<number>;
  readonly getQuantity?: Maybe<number>;
  readonly minimumSubtotal?: Maybe<MoneyInput>;
  readonly minimumQuantity?: Maybe<number>;
  readonly productIds?: readonly string[];
  readonly collectionIds?: readonly string[];
  readonly customerGroups?: readonly string[];
  readonly usageLimit?: Maybe<number>;
  readonly usageLimitPerBuyer?: Maybe<number>;
  readonly combinable?: boolean;
  readonly startsAt?: Maybe<Date>;
  readonly endsAt?: Maybe<Date>;
}

export type CreateDiscountOutcome = CreateDiscountSuccess | InvalidInput;

const MAX_LIST = 100;

export const createDiscount =
  ({ discounts, clock }: Pick<Ports, 'discounts' | 'clock'>) =>
  async (_viewer: Viewer, input: CreateDiscountInput): Promise<CreateDiscountOutcome> => {
    const read = createInputReader();
    const discount = readDiscount(read, input, clock());
    if (read.issues.length > 0) return invalidInput(read.issues);
    const taken = await discounts.create(discount);
    if (taken.length > 0)
      return invalidInput(
        taken.map((code) => issue(['codes'], `"${code}" belongs to another discount. Use another code.`)),
      );
    return { kind: 'CreateDiscountSuccess', discount: { ...discount, redemptions: 0 } };
  };

function readDiscount(read: InputReader, input: CreateDiscountInput, now: Date): NewDiscount {
  const amount = readMoney(read, 'amount', input.amount);
  const minimum = readMoney(read, 'minimumSubtotal', input.minimumSubtotal);
  if (amount && minimum && amount.currency !== minimum.currency)
    read.refuse(['minimumSubtotal', 'currencyCode'], `Use ${amount.currency}, the currency of the amount.`);
  const startsAt = input.startsAt ?? now;
  const endsAt = input.endsAt ?? null;
  if (endsAt && endsAt <= startsAt) read.refuse(['endsAt'], 'It must be later than the beginning.');
  return {
    id: newId('Discount'),
    title: read.text(['title'], input.title, 100),
    kind: input.kind,
    codes: readCodes(read, input.codes ?? []),
    percentBasisPoints: readPercent(read, input),
    amountMinor: readAmount(read, input.kind, amount),
    currency: amount?.currency ?? minimum?.currency ?? null,
    buyQuantity: readSetQuantity(read, 'buyQuantity', input),
    getQuantity: readSetQuantity(read, 'getQuantity', input),
    minimumSubtotalMinor: minimum?.minor ?? null,
    minimumQuantity: readCount(read, 'minimumQuantity', input.minimumQuantity),
    productIds: readList(read, 'productIds', input.productIds ?? []),
    collectionIds: readList(read, 'collectionIds', input.collectionIds ?? []),
    customerGroups: readList(read, 'customerGroups', input.customerGroups ?? []),
    usageLimit: readCount(read, 'usageLimit', input.usageLimit),
    usageLimitPerBuyer: readCount(read, 'usageLimitPerBuyer', input.usageLimitPerBuyer),
    combinable: input.combinable ?? false,
    startsAt,
    endsAt,
    createdAt: now,
  };
}

function readCodes(read: InputReader, codes: readonly string[]): readonly string[] {
  if (codes.length > MAX_LIST) read.refuse(['codes'], `Give at most ${MAX_LIST} codes.`);
  const normalized = [...new Set(codes.map(normalizeCode))];
  if (!normalized.every(isCode))
    read.refuse(['codes'], 'Each code has from 3 to 32 letters A to Z, digits and dashes.');
  return normalized;
}

function readMoney(read: InputReader, field: string, input: Maybe<MoneyInput>): Money | null {
  if (!input) return null;
  try {
    const money = parseMoney(input.amount, input.currencyCode);
    if (money.minor <= 0) read.refuse([field], 'It must be more than zero.');
    return money;
  } catch (error) {
    read.refuse([field], (error as Error).message);
    return null;
  }
}

function readAmount(read: InputReader, kind: DiscountKind, amount: Money | null): number | null {
  if (kind === 'FIXED_AMOUNT' && !amount) read.refuse(['amount'], 'FIXED_AMOUNT needs an amount.');
  if (kind !== 'FIXED_AMOUNT' && amount) read.refuse(['amount'], `${kind} has no amount. Leave it out.`);
  return kind === 'FIXED_AMOUNT' ? (amount?.minor ?? null) : null;
}

function readPercent(read: InputReader, { kind, percent }: CreateDiscountInput): number | null {
  const wanted = kind === 'PERCENTAGE' || kind === 'BUY_X_GET_Y';
  if (wanted !== (percent != null))
    read.refuse(['percent'], wanted ? `${kind} needs a percentage.` : `${kind} has no percentage. Leave it out.`);
  if (!wanted || percent == null) return null;
  const basisPoints = Math.round(Number(percent) * 100);
  if (!/^\d{1,3}(\.\d{1,2})?$/.test(percent) || basisPoints < 1 || basisPoints > 10_000)
    read.refuse(['percent'], 'Write a percentage above 0 and at most 100 with at most two decimals.');
  return basisPoints;
}

function readSetQuantity(
  read: InputReader,
  field: 'buyQuantity' | 'getQuantity',
  input: CreateDiscountInput,
): number | null {
  const wanted = input.kind === 'BUY_X_GET_Y';
  if (wanted !== (input[field] != null))
    read.refuse([field], wanted ? 'BUY_X_GET_Y needs it.' : `${input.kind} has none. Leave it out.`);
  return wanted ? readCount(read, field, input[field]) : null;
}

function readCount(read: InputReader, field: string, value: Maybe<number>): number | null {
  if (value != null && value < 1) read.refuse([field], 'It must be at least 1.');
  return value ?? null;
}

function readList(read: InputReader, field: string, values: readonly string[]): readonly string[] {
  if (values.length > MAX_LIST) read.refuse([field], `Name at most ${MAX_LIST}.`);
  if (values.some((value) => value.length < 1 || value.length > 100))
    read.refuse([field], 'Each has from 1 to 100 characters.');
  return [...new Set(values)];
}
