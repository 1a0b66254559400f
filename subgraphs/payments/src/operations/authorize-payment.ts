import { createHash } from 'node:crypto';
import { badInput, CodedError, codeOf } from '@cartograph/kernel/errors';
import { isId } from '@cartograph/kernel/id';
import type { Money } from '@cartograph/kernel/money';
import { readText } from '@cartograph/kernel/text';
import type { Viewer } from '@cartograph/kernel/viewer';
import { type CaptureMode, isDead, isOpen, type Payment } from '../domain/payment.ts';
import { type Refusal, type RefusalReason, refusal } from '../domain/refusal.ts';
import { isCode, normaliseCode } from '../domain/stored-value.ts';
import type { ProviderPayment } from '../ports/payment-provider.ts';
import type { AuthorizationRequest, Begun, Ports } from '../ports.ts';
import { applyEffect } from './apply-effect.ts';
import { hashCode } from './gift-card-code.ts';
import { lookUp } from './look-up.ts';
import { recordSnapshot } from './record-snapshot.ts';
import { SERVICE } from './service.ts';
import { soughtOf } from './sought.ts';
import { undoPayment } from './undo-payment.ts';

export interface AuthorizeInput {
  readonly orderId: string;
  readonly buyerId: string;
  readonly key: string;
  readonly amount: Money;
  readonly token: string | null;
  readonly savedMethodId: string | null;
  readonly giftCardCodes: readonly string[];
  readonly useStoreCredit: boolean;
  readonly email: string | null;
  /** The buyer's, where it is known. */
  readonly country: string | null;
  readonly capture: CaptureMode;
  /** The sales channel that has collected the money already. Orders alone may say so. */
  readonly channel: string | null;
}

/** `kind` names the GraphQL type. */
export type AuthorizeOutcome =
  | { readonly kind: 'PaymentAuthorized'; readonly payment: Payment }
  | ({ readonly kind: 'PaymentRefused' } & Refusal)
  | { readonly kind: 'PaymentNeedsAction'; readonly payment: Payment }
  | { readonly kind: 'PaymentUnknown'; readonly message: string };

const MAX_CODES = 10;

export const authorizePayment = (ports: Ports) => {
  // Calls with one key that meet in this process share one run; between processes the provider's key does it.
  const running = new Map<string, Promise<AuthorizeOutcome>>();
  return async (viewer: Viewer, input: AuthorizeInput): Promise<AuthorizeOutcome> => {
    refuseChannel(viewer, input);
    const request = await toRequest(ports, input);
    if (!request) return refused('GIFT_CARD_INVALID');
    const name = JSON.stringify([request.orderId, request.key, request.fingerprint]);
    const run = running.get(name) ?? begin(ports, input, request).finally(() => running.delete(name));
    running.set(name, run);
    return run;
  };
};

/** Money that we never see is believed to nobody but orders, which takes it from the channel itself. */
function refuseChannel(
  viewer: Viewer,
  { channel, token, savedMethodId, giftCardCodes, useStoreCredit }: AuthorizeInput,
) {
  if (channel === null) return;
  if (viewer.kind !== 'service' || viewer.service !== 'orders') throw new CodedError('FORBIDDEN');
  if (token || savedMethodId || giftCardCodes.length > 0 || useStoreCredit)
    throw badInput('What a channel has collected is not paid in another way as well.');
}

/** Null when a gift card's code cannot be one. */
async function toRequest(ports: Ports, input: AuthorizeInput): Promise<AuthorizationRequest | null> {
  const { orderId, buyerId, amount, token, savedMethodId, useStoreCredit, channel } = input;
  // It is with the channel: there is nothing to wait for.
  const capture = channel === null ? input.capture : 'AUTOMATIC';
  if (!isId('Order', orderId)) throw badInput('"orderId" is not the id of an order.');
  if (!isId('Customer', buyerId) && !isId('Guest', buyerId)) throw badInput('"buyerId" is not the id of a buyer.');
  if (amount.minor < 0) throw badInput('"amount" must not be negative.');
  if (token && savedMethodId) throw badInput('Send "token" or "savedMethodId", not both.');
  const codes = [...new Set(input.giftCardCodes.map(normaliseCode))];
  if (codes.length > MAX_CODES) throw badInput(`At most ${MAX_CODES} gift cards can pay for one order.`);
  if (!codes.every(isCode)) return null;
  const codeHashes = codes.map(hashCode);
  const asked = [buyerId, amount.minor, amount.currency, token, savedMethodId, codeHashes, useStoreCredit, capture];
  if (channel !== null) asked.push(channel);
  return {
    id: ports.newId('Payment'),
    orderId,
    buyerId,
    key: readText('key', input.key),
    fingerprint: createHash('sha256').update(JSON.stringify(asked)).digest('hex'),
    captureMode: capture,
    amount,
    provider: channel === null ? await providerFor(ports, input) : '',
    channel: channel === null ? null : readText('channel', channel),
    codeHashes,
    useStoreCredit,
    savedMethodId: savedMethodId && isId('PaymentMethod', savedMethodId) ? savedMethodId : null,
    hasToken: token !== null,
  };
}

/** A saved card is known to the provider that saved it alone; else the routes say who gets the payment. */
async function providerFor(ports: Ports, { savedMethodId, amount, country }: AuthorizeInput): Promise<string> {
  const saved =
    savedMethodId && isId('PaymentMethod', savedMethodId)
      ? await ports.savedMethods.find(SERVICE, savedMethodId)
      : null;
  return saved?.provider ?? ports.providers.forNew(amount.currency, country).name;
}

async function begin(ports: Ports, input: AuthorizeInput, request: AuthorizationRequest): Promise<AuthorizeOutcome> {
  // More than one round only when another call for this order came in between.
  for (let round = 0; round < 3; round += 1) {
    const begun = await ports.authorizations.begin(request);
    const { payment, barred } = begun;
    if (!payment) {
      const reason = whyNot(begun, input, request);
      // What is on a gift card, or who has tried before, may be that of this very payment, which was just being written.
      if (reason && (begun.isFirst || round > 0)) return refused(reason);
      continue;
    }
    if (payment.key !== request.key) {
      const outcome = await settleOther(ports, payment, request);
      if (outcome) return outcome;
      continue;
    }
    if (payment.fingerprint !== request.fingerprint)
      throw badInput(`The key "${request.key}" was used for another payment. Use a new key for another try.`);
    if (barred && !isDead(payment)) {
      await undoPayment(ports, payment, false);
      return refused('VOIDED');
    }
    return pursue(ports, payment, input, begun.savedToken);
  }
  return unknown();
}

/** Why nothing was written; null when another call was faster and the next look will show its payment. */
function whyNot(begun: Begun, { token, savedMethodId }: AuthorizeInput, { codeHashes }: AuthorizationRequest) {
  if (begun.barred) return 'VOIDED';
  if (begun.tries >= 20) return 'TOO_MANY_ATTEMPTS';
  if (begun.codesFound < codeHashes.length) return 'GIFT_CARD_INVALID';
  if (savedMethodId && begun.savedToken === null) return 'PAYMENT_METHOD_INVALID';
  if (!token && !savedMethodId) return codeHashes.length > 0 ? 'GIFT_CARD_INSUFFICIENT' : 'PAYMENT_METHOD_REQUIRED';
  return null;
}

/** Another try of this order is live. A paused one makes room; null when it has. */
async function settleOther(
  ports: Ports,
  other: Payment,
  { amount }: AuthorizationRequest,
): Promise<AuthorizeOutcome | null> {
  let current = other;
  try {
    // The buyer came back with another card instead of confirming with the bank.
    if (other.status === 'ACTION_REQUIRED') current = await undoPayment(ports, other, false);
    else if (isOpen(other)) {
      const snapshot = await lookUp(ports, other);
      if (snapshot) current = (await recordSnapshot(ports, other.id, snapshot, { notify: false }))?.payment ?? other;
    }
  } catch (error) {
    if (codeOf(error) !== 'SERVICE_UNAVAILABLE' && codeOf(error) !== 'DEADLINE_EXCEEDED') throw error;
    return unknown();
  }
  if (isDead(current)) return null;
  if (isOpen(current)) return unknown();
  const isSame = current.amountMinor === amount.minor && current.currency === amount.currency;
  return isSame ? outcomeOf(current) : refused('ALREADY_PAID');
}

/** Takes the payment of this key from where it stands to an outcome. */
async function pursue(
  ports: Ports,
  payment: Payment,
  input: AuthorizeInput,
  savedToken: string | null,
): Promise<AuthorizeOutcome> {
  if (payment.status === 'PENDING') return refresh(ports, payment);
  if (payment.status !== 'CREATED' && payment.status !== 'UNKNOWN') return finish(ports, payment);
  const token = input.token ?? savedToken;
  if (token === null) return refresh(ports, payment);
  const snapshot = await askProvider(ports, payment, token, input.email);
  return snapshot ? conclude(ports, payment, snapshot) : remain(ports, payment);
}

/** A lost answer is asked for once more by our reference, so that most timeouts end as a known outcome here. */
async function askProvider(ports: Ports, payment: Payment, token: string, email: string | null) {
  const provider = ports.providers.named(payment.provider);
  const { reference, amount, capture, buyerId, orderId } = soughtOf(payment);
  try {
    return await provider.authorize({ reference, amount, token, capture, buyerId, orderId, email });
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    return lookUpQuietly(ports, payment);
  }
}

const isUnanswered = (error: unknown): boolean =>
  codeOf(error) === 'SERVICE_UNAVAILABLE' || codeOf(error) === 'DEADLINE_EXCEEDED';

async function lookUpQuietly(ports: Ports, payment: Payment): Promise<ProviderPayment | null> {
  try {
    return await lookUp(ports, payment);
  } catch (error) {
    if (isUnanswered(error)) return null;
    throw error;
  }
}

/** Asks how the payment stands, without a new authorisation. */
export async function refresh(ports: Ports, payment: Payment): Promise<AuthorizeOutcome> {
  const snapshot = await lookUpQuietly(ports, payment);
  return snapshot ? conclude(ports, payment, snapshot) : unknown();
}

async function conclude(ports: Ports, payment: Payment, snapshot: ProviderPayment): Promise<AuthorizeOutcome> {
  const recorded = await recordSnapshot(ports, payment.id, snapshot, { notify: false });
  if (!recorded) throw new Error(`payment ${payment.id} has vanished`);
  if (recorded.barred && !isDead(recorded.payment)) {
    // A void came while the provider was being asked: it wins.
    await undoPayment(ports, recorded.payment, false);
    return refused('VOIDED');
  }
  return finish(ports, recorded.payment);
}

async function remain(ports: Ports, payment: Payment): Promise<AuthorizeOutcome> {
  await ports.authorizations.settle({
    paymentId: payment.id,
    status: 'UNKNOWN',
    after: ['CREATED'],
    operation: 'AUTHORIZE',
    snapshot: null,
    declineReason: null,
    effectId: '',
    eventId: null,
  });
  return unknown();
}

/** An automatic capture of money that the provider only reserved, or of gift cards alone, is still to be made. */
async function finish(ports: Ports, payment: Payment): Promise<AuthorizeOutcome> {
  if (payment.status !== 'AUTHORIZED' || payment.captureMode !== 'AUTOMATIC') return outcomeOf(payment);
  const outcome = await captureAutomatically(ports, payment, false);
  return outcomeOf(outcome.payment ?? payment);
}

export const captureAutomatically = (ports: Ports, { orderId }: Payment, notify: boolean) =>
  applyEffect(ports, {
    orderId,
    kind: 'CAPTURE',
    key: 'automatic',
    amount: null,
    reason: null,
    requestedBy: 'automatic',
    notify,
  });

export function outcomeOf(payment: Payment): AuthorizeOutcome {
  if (isDead(payment)) return refused(payment.declineReason);
  if (payment.status === 'ACTION_REQUIRED') return { kind: 'PaymentNeedsAction', payment };
  return isOpen(payment) ? unknown() : { kind: 'PaymentAuthorized', payment };
}

export const refused = (reason: RefusalReason | string | null): AuthorizeOutcome => ({
  kind: 'PaymentRefused',
  ...refusal(reason),
});

export const unknown = (): AuthorizeOutcome => ({
  kind: 'PaymentUnknown',
  message: 'The payment provider has not told the outcome yet. Ask again with the same key.',
});
