import { randomBytes } from 'node:crypto';
import adyen from '@adyen/api-library';
import type { Answer, Call } from '@cartograph/contract-server/check';
import { type Contract, readContract } from '@cartograph/contract-server/contract';
import { readContractFile } from '@cartograph/contract-server/contracts-folder';
import type { JsonObject } from '@cartograph/contract-server/json-schema';
import { createOncePerKey } from '@cartograph/contract-server/once-per-key';
import { openContractServer } from '@cartograph/contract-server/server';
import { createValidation, type Validation } from '@cartograph/contract-server/validation';
import { createWebhooks } from '@cartograph/contract-server/webhooks';

export const ADYEN_KEY = 'the-key-of-the-double';
export const ADYEN_ACCOUNT = 'TheShopECOM';
export const ADYEN_HMAC_KEY = '44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056';

interface Held {
  readonly psp: string;
  readonly reference: string;
  readonly currency: string;
  readonly value: number;
  readonly returnUrl: string;
  state: 'waiting' | 'authorised' | 'declined' | 'cancelled';
  captured: number;
  refunded: number;
}

const newPsp = () => randomBytes(8).toString('hex').toUpperCase();

/** By the card holder's name, as Adyen's test system does it. */
const REFUSALS: Readonly<Record<string, readonly [code: string, reason: string]>> = {
  DECLINED: ['2', 'Refused'],
  NOT_ENOUGH_BALANCE: ['12', 'Not enough balance'],
  FRAUD: ['20', 'FRAUD'],
  NOT_3D_AUTHENTICATED: ['11', '3D Not Authenticated'],
};

/** Adyen in memory: it receives, and tells by signed webhooks what came of it. */
export async function openAdyenDouble({ target = (): string => '' } = {}) {
  const { contract, notifications } = readOnce();
  const webhooks = createWebhooks(target);
  const once = createOncePerKey(() => refused(422, '702', 'Another request has this key.'));
  const payments: Held[] = [];
  const validator = new adyen.hmacValidator();

  function tell(schema: string, eventCode: string, held: Held, fields: Record<string, unknown>): void {
    const item = {
      ...{ eventCode, eventDate: '2026-11-26T12:00:00+01:00', merchantAccountCode: ADYEN_ACCOUNT },
      ...{ merchantReference: held.reference, paymentMethod: 'visa', pspReference: newPsp(), reason: '' },
      ...{ amount: { currency: held.currency, value: held.value }, success: 'true', ...fields },
    };
    const hmacSignature = validator.calculateHmac(item as never, ADYEN_HMAC_KEY);
    const signed = { NotificationRequestItem: { ...item, additionalData: { hmacSignature } } };
    const whole = { live: 'false', notificationItems: [signed] };
    const problems = notifications.problems(`#/components/schemas/${schema}NotificationRequest`, whole);
    if (problems.length > 0) throw new Error(problems.join('; '));
    webhooks.add({ body: JSON.stringify(whole), headers: {} });
  }

  function decide(held: Held, refusal: readonly [string, string] | undefined): Record<string, unknown> {
    held.state = refusal ? 'declined' : 'authorised';
    const fields = { pspReference: held.psp, success: String(!refusal), reason: refusal?.[1] ?? '' };
    tell('Authorisation', 'AUTHORISATION', held, { ...fields, ...(!refusal && { operations: ['CANCEL', 'CAPTURE'] }) });
    return refusal
      ? { resultCode: 'Refused', refusalReasonCode: refusal[0], refusalReason: refusal[1] }
      : { resultCode: 'Authorised' };
  }

  const answerOf = (held: Held, fields: Record<string, unknown>): Answer => ({
    status: 200,
    body: {
      ...{ pspReference: held.psp, merchantReference: held.reference },
      amount: { currency: held.currency, value: held.value },
      paymentMethod: { brand: 'visa', type: 'scheme' },
      additionalData: { cardSummary: '4242', expiryDate: '3/2030' },
      ...fields,
    },
  });

  function pay({ amount, reference, returnUrl, paymentMethod }: Call['body']): Answer {
    const { encryptedCardNumber, holderName } = paymentMethod as { encryptedCardNumber?: string; holderName?: string };
    if (!encryptedCardNumber?.startsWith('test_')) return refused(422, '14_006', 'The encrypted data is not valid.');
    const [state, psp] = ['waiting' as const, newPsp()];
    const held: Held = { psp, reference, ...amount, returnUrl, state, captured: 0, refunded: 0 };
    payments.push(held);
    if (holderName === 'PENDING') return answerOf(held, { resultCode: 'Pending' });
    if (encryptedCardNumber === 'test_4917610000000000') {
      const url = `https://checkoutshopper-test.adyen.com/threeDS/redirect/${held.psp}`;
      const action = { type: 'redirect', method: 'GET', paymentMethodType: 'scheme', url };
      const { body } = answerOf(held, { resultCode: 'RedirectShopper', action });
      // Told when it is completed, and not before.
      return { status: 200, body: { ...(body as object), pspReference: undefined } };
    }
    return answerOf(held, decide(held, REFUSALS[holderName ?? '']));
  }

  function complete(redirectResult = ''): Answer {
    const [psp, isApproved] = redirectResult.split('!');
    const held = payments.find((one) => one.psp === psp);
    if (held?.state !== 'waiting') return refused(422, '101', 'The redirect result is not valid.');
    return answerOf(held, decide(held, isApproved === 'yes' ? undefined : REFUSALS.NOT_3D_AUTHENTICATED));
  }

  const move = (what: 'capture' | 'refund' | 'cancel') => (call: Call) => {
    const held = payments.find(({ psp }) => psp === call.params.paymentPspReference);
    if (!held) return refused(422, '167', 'Original pspReference required for this operation.');
    const { reference, amount, merchantAccount } = call.body;
    const pspReference = newPsp();
    const value = amount?.value ?? held.value;
    const left = { capture: held.value - held.captured, refund: held.captured - held.refunded, cancel: held.value }[
      what
    ];
    const isAllowed = what === 'refund' || (held.state === 'authorised' && (what === 'capture' || held.captured === 0));
    const isDone = isAllowed && value <= left;
    if (isDone && what === 'capture') held.captured += value;
    if (isDone && what === 'refund') held.refunded += value;
    if (isDone && what === 'cancel') held.state = 'cancelled';
    const [schema, code] = KINDS[what];
    const fields = { merchantReference: reference, originalReference: held.psp, pspReference, success: String(isDone) };
    tell(schema, code, held, { ...fields, amount: { currency: held.currency, value } });
    const body = { merchantAccount, paymentPspReference: held.psp, pspReference, reference, status: 'received' };
    return { status: 201, body: { ...body, ...(amount && { amount }) } };
  };

  function cancelByReference({ body }: Call): Answer {
    const held = payments.find(({ reference }) => reference === body.paymentReference);
    if (held?.state === 'authorised' && held.captured === 0) {
      held.state = 'cancelled';
      tell('Modification', 'TECHNICAL_CANCEL', held, { originalReference: held.psp });
    }
    const { merchantAccount, paymentReference, reference } = body;
    return {
      status: 201,
      body: { merchantAccount, paymentReference, reference, pspReference: newPsp(), status: 'received' },
    };
  }

  const keyed = (make: (call: Call) => Answer) => (call: Call) =>
    once(call.headers['idempotency-key'], `${call.operation} ${call.text}`, () => make(call));
  const server = await openContractServer({
    contracts: [contract],
    prefix: '/v72',
    badRequest: (problems) => refused(422, '130', problems.join('; ')),
    refuse: ({ headers }) => (headers['x-api-key'] === ADYEN_KEY ? null : refused(401, '000', 'HTTP Status Response')),
    answers: {
      'post-payments': keyed(({ body }) => pay(body)),
      'post-payments-details': keyed(({ body }) => complete(body.details.redirectResult)),
      'post-payments-paymentPspReference-captures': keyed(move('capture')),
      'post-payments-paymentPspReference-refunds': keyed(move('refund')),
      'post-payments-paymentPspReference-cancels': keyed(move('cancel')),
    },
    // Documented, and not in the copy of the contract.
    besides: { 'POST /v72/cancels': keyed(cancelByReference) },
  });
  return {
    server,
    webhooks,
    payments,
    /** Where the bank sends the buyer, who has said yes or no. */
    returnUrlOf(reference: string, isApproved: boolean): URL {
      const held = payments.find((one) => one.reference === reference);
      if (!held) throw new Error('no such payment');
      const url = new URL(held.returnUrl);
      url.searchParams.set('redirectResult', `${held.psp}!${isApproved ? 'yes' : 'no'}`);
      return url;
    },
    ledger(reference: string) {
      const made = payments.filter((one) => one.reference === reference && one.state === 'authorised');
      const sum = (field: 'captured' | 'refunded') => made.reduce((total, one) => total + one[field], 0);
      return { charges: made.length, captured: sum('captured'), refunded: sum('refunded') };
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const KINDS = {
  capture: ['Capture', 'CAPTURE'],
  refund: ['Refund', 'REFUND'],
  cancel: ['Cancellation', 'CANCELLATION'],
} as const;

const refused = (status: number, errorCode: string, message: string): Answer => ({
  status,
  body: { status, errorCode, message, errorType: 'validation' },
});

let read: { readonly contract: Contract; readonly notifications: Validation } | null = null;

function readOnce() {
  if (read) return read;
  const contract = readContract(readContractFile('adyen/CheckoutService-v72.json'));
  const notifications = createValidation(readContractFile('adyen/Webhooks-v1.json') as JsonObject, true);
  contract.compile();
  read = { contract, notifications };
  return read;
}
