import { readFileSync } from 'node:fs';
import { ROOT } from '@cartograph/runtime/sdl';
import { type FieldDefinitionNode, type InputValueDefinitionNode, Kind, parse, type TypeNode } from 'graphql';
import { describe, expect, it } from 'vitest';

const supergraph = parse(readFileSync(new URL('schema/supergraph.graphql', ROOT), 'utf8'));
const isPublic = ({ directives }: FieldDefinitionNode) =>
  !directives?.some(({ name }) => name.value === 'inaccessible');
const MUTATIONS = supergraph.definitions.flatMap((node) =>
  node.kind === Kind.OBJECT_TYPE_DEFINITION && node.name.value === 'Mutation' ? (node.fields ?? []) : [],
);
const INPUTS = new Map(
  supergraph.definitions.flatMap((node) =>
    node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION ? [[node.name.value, node.fields ?? []] as const] : [],
  ),
);

/** Public mutations after which nobody is charged, credited or owed a cent more or less than before. */
const NO_MONEY = new Set(
  `createProduct updateProduct archiveProduct createCollection updateCollection setPrices
   createWarehouse updateWarehouse adjustStock receiveStock
   createCart addCartLines updateCartLines removeCartLines applyDiscountCode removeDiscountCode setCartDestination
   setCartAddress selectCartShipping updateCart mergeCart createDiscount endDiscount
   cancelReturn approveReturn refuseReturn
   savePaymentMethod deletePaymentMethod disableGiftCard
   createWebhookEndpoint updateWebhookEndpoint enableWebhookEndpoint disableWebhookEndpoint deleteWebhookEndpoint
   rotateWebhookSecret sendTestWebhook replayWebhookDelivery replayWebhookDeliveries
   cancelShipment markHandedOver correctShipmentAddress replanShipment createShippingMethod updateShippingMethod updateShippingRates
   saveShippingZone savePickupLocation
   startGuestSession register signIn signInStaff refreshSession signOut signOutEverywhere changePassword
   requestPasswordReset resetPassword requestEmailVerification verifyEmail updateProfile addAddress updateAddress
   removeAddress setDefaultAddress setConsent eraseMe updateCustomer createCustomerGroup deleteCustomerGroup
   changeGroupMembers createSegment deleteSegment inviteStaff assignRoles replaySyncDelivery resendNotification`.split(
    /\s+/,
  ),
);

/** Goes on with what a request has begun under its own key, or ends it: once, whatever is sent. */
const UNDER_ANOTHER_KEY = new Set(['retryStep', 'giveUpStep', 'replayProviderEvent', 'replayCarrierEvent']);
/** An order is completed once, whatever is sent: its key may be left out. */
const OPTIONAL_KEY = new Set(['completePayment']);
/** Keys with another name than `input.idempotencyKey`. */
const OTHER_NAME = new Map([['buyShipmentLabel', 'key']]);

/** Calls between subgraphs that have a key in what they name: an order is held, committed, released or planned once. */
const KEYED_BY_ORDER = new Set(
  'holdStock commitStock releaseStock planShipment cancelShipments confirmPayment'.split(' '),
);
/** Tells how something stands, where what is older never overwrites what is newer, or that it has happened: by its id. */
const KEYED_BY_ID = new Map([
  ['recordOrder', 'id'],
  ['refundIssued', 'refundId'],
]);
const KEYED_BY_EVENT = new Set(['paymentChanged', 'shipmentChanged']);

describe('every mutation that moves money', () => {
  const moving = MUTATIONS.filter(
    (field) => isPublic(field) && !NO_MONEY.has(field.name.value) && !UNDER_ANOTHER_KEY.has(field.name.value),
  );

  it('is found in the schema', () => {
    expect(moving.map(({ name }) => name.value)).toEqual(
      expect.arrayContaining([
        'placeOrder',
        'cancelOrder',
        'receiveReturn',
        'issueRefund',
        'adoptProviderState',
        'releaseReservation',
        'issueGiftCard',
      ]),
    );
    const known = new Set(MUTATIONS.map(({ name }) => name.value));
    expect(
      [...NO_MONEY, ...UNDER_ANOTHER_KEY, ...OPTIONAL_KEY, ...OTHER_NAME.keys()].filter((name) => !known.has(name)),
    ).toEqual([]);
  });

  it.each(moving.map((field) => [field.name.value, field] as const))('%s takes an idempotency key', (name, field) => {
    const key = keyOf(field, OTHER_NAME.get(name) ?? 'idempotencyKey');
    expect(typeOf(key)).toBe(OPTIONAL_KEY.has(name) ? 'String' : 'String!');
  });
});

describe('every call between subgraphs that changes something', () => {
  const calls = MUTATIONS.filter((field) => !isPublic(field)).map((field) => [field.name.value, field] as const);

  it.each(calls)('%s takes a key, or is named by its order or event', (name, field) => {
    if (KEYED_BY_EVENT.has(name)) return expect(typeOf(keyOf(field, 'eventId'))).toMatch(/^(String|ID)!$/);
    const id = KEYED_BY_ID.get(name);
    if (id) return expect(typeOf(keyOf(field, id))).toBe('ID!');
    const key = KEYED_BY_ORDER.has(name) ? keyOf(field, 'orderId') : keyOf(field, 'key');
    return expect(typeOf(key)).toMatch(/^(String|ID)!$/);
  });
});

/** The argument of that name, or the field of the one input object. */
function keyOf({ arguments: args = [] }: FieldDefinitionNode, name: string): InputValueDefinitionNode | undefined {
  const input = args.find((argument) => argument.name.value === 'input');
  const fields = input ? INPUTS.get(typeOf(input).replace('!', '')) : args;
  return fields?.find((field) => field.name.value === name);
}

const typeOf = (value: InputValueDefinitionNode | undefined): string => (value ? print(value.type) : 'no such input');

function print(type: TypeNode): string {
  if (type.kind === Kind.NON_NULL_TYPE) return `${print(type.type)}!`;
  return type.kind === Kind.LIST_TYPE ? `[${print(type.type)}]` : type.name.value;
}
