import { parseMoney, toMoneyOutput } from '@cartograph/kernel/money';
import type { SubgraphClient } from '@cartograph/runtime/subgraph-client';
import type { ShippingRate } from '../domain/checkout.ts';
import type { ShipmentState } from '../domain/shipment.ts';
import type { Fulfilment, Shipping, ShippingRateRequest } from '../ports.ts';

type RateOutput = Omit<ShippingRate, 'price'> & {
  readonly price: { readonly amount: string; readonly currencyCode: string };
};

/** One aliased field per request, so that any number of rates is one call. */
const shippingRatesDocument = (count: number): string => {
  const each = Array.from({ length: count }, (_, i) => i);
  return /* GraphQL */ `
    query OrdersShippingRates(${each.map((i) => `$input${i}: ShippingRateInput!`).join(', ')}) {
      ${each
        .map(
          (i) => `rate${i}: shippingRate(input: $input${i}) { methodId name price { amount currencyCode } taxClass }`,
        )
        .join('\n      ')}
    }
  `;
};

/** The shipping subgraph over HTTP, asked as a service. */
export const createShippingSubgraph = (client: SubgraphClient): Shipping => ({
  async shippingRates(requests) {
    if (requests.length === 0) return [];
    const variables = Object.fromEntries(requests.map((request, i) => [`input${i}`, toInput(request)]));
    const answers = await client.ask<Record<string, RateOutput | null>>(
      shippingRatesDocument(requests.length),
      variables,
    );
    return requests.map((_, i) => {
      const rate = answers[`rate${i}`];
      return rate ? { ...rate, price: parseMoney(rate.price.amount, rate.price.currencyCode) } : null;
    });
  },
});

const toInput = ({ methodId, destination, weightGrams, subtotal }: ShippingRateRequest) => ({
  methodId,
  destination,
  weightGrams,
  subtotal: toMoneyOutput(subtotal),
});

const PLAN_SHIPMENT = /* GraphQL */ `
  mutation OrdersPlanShipment($input: PlanShipmentInput!) { planShipment(input: $input) { id } }
`;
const CANCEL_SHIPMENTS = /* GraphQL */ `
  mutation OrdersCancelShipments($orderId: ID!) { cancelShipments(orderId: $orderId) }
`;
interface LineOutput {
  readonly quantity: number;
  readonly orderLine: { readonly id: string };
}
interface ShipmentOutput extends Pick<ShipmentState, 'id' | 'status'> {
  readonly lines: readonly LineOutput[];
}
interface TrackedOutput extends Omit<ShipmentState, 'lines' | 'carrier' | 'shippedAt'>, ShipmentOutput {
  readonly handedOverAt: string | null;
  readonly method: { readonly carrier: string | null };
}

const TAKE_OUT = /* GraphQL */ `
  mutation OrdersTakeOutOfShipments($orderId: ID!, $key: String!, $lines: [ShipmentPieceInput!]!) {
    done: takeOutOfShipments(orderId: $orderId, key: $key, lines: $lines)
  }
`;
const SHIPMENTS_OF_ORDER = /* GraphQL */ `
  query OrdersShipmentsOfOrder($order: [_Any!]!) {
    _entities(representations: $order) {
      ... on Order { shipments { id status lines { quantity orderLine { id } } } }
    }
  }
`;
const TRACKED_SHIPMENTS = /* GraphQL */ `
  query OrdersTrackedShipmentsOfOrder($order: [_Any!]!) {
    _entities(representations: $order) {
      ... on Order { shipments { id status trackingNumber trackingUrl handedOverAt method { carrier } lines { quantity orderLine { id } } } }
    }
  }
`;

/** Shipments, which the shipping subgraph keeps. */
export const createFulfilment = (client: SubgraphClient): Fulfilment => ({
  async plan(input) {
    await client.ask(PLAN_SHIPMENT, { input });
  },
  async cancel(orderId) {
    return (await client.ask<{ cancelShipments: boolean }>(CANCEL_SHIPMENTS, { orderId })).cancelShipments;
  },
  async takeOut(orderId, key, lines) {
    return (await client.ask<{ done: boolean }>(TAKE_OUT, { orderId, key, lines })).done;
  },
  async shipmentsOf(id) {
    const shipments = await askShipments<ShipmentOutput>(client, SHIPMENTS_OF_ORDER, id);
    return shipments.map(({ lines, ...shipment }) => ({ ...shipment, lines: lines.map(toPieces) }));
  },
  async trackedShipmentsOf(id) {
    const shipments = await askShipments<TrackedOutput>(client, TRACKED_SHIPMENTS, id);
    return shipments.map(({ lines, handedOverAt, method, ...shipment }) => ({
      ...shipment,
      shippedAt: handedOverAt,
      carrier: method.carrier,
      lines: lines.map(toPieces),
    }));
  },
});

async function askShipments<Output>(client: SubgraphClient, document: string, id: string): Promise<readonly Output[]> {
  const order = [{ __typename: 'Order', id }];
  const { _entities } = await client.ask<{
    _entities: readonly ({ readonly shipments: readonly Output[] } | null)[];
  }>(document, { order });
  return _entities[0]?.shipments ?? [];
}

const toPieces = ({ quantity, orderLine }: LineOutput) => ({ quantity, orderLineId: orderLine.id });
