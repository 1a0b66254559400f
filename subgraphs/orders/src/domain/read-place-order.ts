import { isId } from '@cartograph/kernel/id';
import { MAX_CODES, MAX_LINES, MAX_QUANTITY } from './cart.ts';
import { type MoneyInput, readMoney } from './money-input.ts';
import { type InvalidInput, invalidInput } from './outcome.ts';
import type { InvalidAddress, PaymentChoice, PlaceOrderRequest } from './place-order.ts';
import { type PostalAddress, type PostalAddressInput, readAddress } from './postal-address.ts';
import { createInputReader, type InputReader } from './text-input.ts';

type Optional<T> = T | null | undefined;

/** `placeOrder`'s input as GraphQL has checked it. */
export interface PlaceOrderInput {
  readonly idempotencyKey: string;
  readonly cartId?: Optional<string>;
  readonly lines?: Optional<readonly { readonly variantId: string; readonly quantity: number }[]>;
  readonly currencyCode?: Optional<string>;
  readonly email?: Optional<string>;
  readonly shippingAddress?: Optional<PostalAddressInput>;
  readonly billingAddress?: Optional<PostalAddressInput>;
  readonly shippingMethodId?: Optional<string>;
  readonly payment?: Optional<{
    readonly token?: Optional<string>;
    readonly savedMethodId?: Optional<string>;
    readonly giftCardCodes?: Optional<readonly string[]>;
    readonly useStoreCredit?: boolean;
  }>;
  readonly discountCodes?: Optional<readonly string[]>;
  readonly expectedTotal?: Optional<MoneyInput>;
  readonly note?: Optional<string>;
}

type Refusal = InvalidInput | InvalidAddress;

/** One form for everything that means the same, so that a repeated request is recognised; or all that is wrong with it. */
export function readPlaceOrder(input: PlaceOrderInput): PlaceOrderRequest | Refusal {
  const read = createInputReader();
  const request: PlaceOrderRequest = {
    idempotencyKey: readKey(read, input.idempotencyKey),
    ...readGoods(read, input),
    email: read.email(['email'], input.email),
    shippingAddress: readOptionalAddress(read, 'shippingAddress', input.shippingAddress),
    billingAddress: readOptionalAddress(read, 'billingAddress', input.billingAddress),
    shippingMethodId: input.shippingMethodId ?? null,
    payment: readPayment(read, input.payment),
    discountCodes: readCodes(read, ['discountCodes'], input.discountCodes),
    expectedTotal: readMoney(read, ['expectedTotal'], input.expectedTotal),
    note: read.optional(['note'], input.note, 1000),
  };
  const { issues } = read;
  if (issues.length === 0) return request;
  // A form shows these beside the address; anything else is a mistake of the program that calls.
  if (!issues.every(({ path }) => path[0] === 'shippingAddress' || path[0] === 'billingAddress'))
    return invalidInput(issues);
  return { kind: 'InvalidAddress', message: issues.map(({ message }) => message).join(' '), issues };
}

export interface PayOrderInput {
  readonly orderId: string;
  readonly idempotencyKey: string;
  readonly payment: NonNullable<PlaceOrderInput['payment']>;
}

export function readPayOrder(
  input: PayOrderInput,
): { readonly key: string; readonly orderId: string; readonly payment: PaymentChoice } | InvalidInput {
  const read = createInputReader();
  const key = readKey(read, input.idempotencyKey);
  const payment = readPayment(read, input.payment);
  if (read.issues.length > 0 || !payment) return invalidInput(read.issues);
  return { key, orderId: input.orderId, payment };
}

/** A client's own name for an attempt. */
export function readKey(read: InputReader, key: string): string {
  const trimmed = key.trim();
  if (trimmed.length < 8 || trimmed.length > 200)
    read.refuse(['idempotencyKey'], 'Write from 8 to 200 characters, such as a UUID.');
  return read.text(['idempotencyKey'], trimmed || '-', 1000);
}

function readGoods(read: InputReader, { cartId, lines, currencyCode }: PlaceOrderInput) {
  if ((cartId == null) === (lines == null)) read.refuse(['cartId'], 'Give either "cartId" or "lines".');
  if (lines != null && currencyCode == null) read.refuse(['currencyCode'], 'Say in which currency the lines are paid.');
  if (cartId != null && currencyCode != null) read.refuse(['currencyCode'], 'Leave it out: the cart has its own.');
  if (lines != null) readLines(read, lines);
  return {
    cartId: cartId ?? null,
    lines: lines?.map(({ variantId, quantity }) => ({ variantId, quantity })) ?? null,
    currency: currencyCode ?? null,
  };
}

export function readLines(read: InputReader, lines: NonNullable<PlaceOrderRequest['lines']>): void {
  if (lines.length < 1 || lines.length > MAX_LINES) read.refuse(['lines'], `Give from 1 to ${MAX_LINES} lines.`);
  const seen = new Set<string>();
  for (const [index, { variantId, quantity }] of lines.entries()) {
    if (!isId('Variant', variantId)) read.refuse(['lines', index, 'variantId'], 'This is not the id of a variant.');
    if (seen.has(variantId)) read.refuse(['lines', index, 'variantId'], 'Name each variant once.');
    if (quantity < 1 || quantity > MAX_QUANTITY)
      read.refuse(['lines', index, 'quantity'], `Write a quantity from 1 to ${MAX_QUANTITY}.`);
    seen.add(variantId);
  }
}

const readOptionalAddress = (
  read: InputReader,
  field: string,
  input: Optional<PostalAddressInput>,
): PostalAddress | null => (input == null ? null : readAddress(read, [field], input));

function readPayment(read: InputReader, input: PlaceOrderInput['payment']): PaymentChoice | null {
  if (input == null) return null;
  // Some providers' forms give a card as encrypted fields, which are long.
  const token = read.optional(['payment', 'token'], input.token, 10_000);
  const savedMethodId = read.optional(['payment', 'savedMethodId'], input.savedMethodId, 200);
  if (token !== null && savedMethodId !== null)
    read.refuse(['payment', 'token'], 'Give either "token" or "savedMethodId".');
  return {
    token,
    savedMethodId,
    giftCardCodes: readCodes(read, ['payment', 'giftCardCodes'], input.giftCardCodes),
    useStoreCredit: input.useStoreCredit ?? false,
  };
}

function readCodes(read: InputReader, path: readonly string[], codes: Optional<readonly string[]>): readonly string[] {
  if ((codes?.length ?? 0) > MAX_CODES) read.refuse(path, `Give at most ${MAX_CODES} codes.`);
  const all = (codes ?? []).map((code, index) => read.text([...path, index], code, 100).toUpperCase());
  return [...new Set(all)];
}
