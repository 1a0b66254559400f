import { toDecimal } from '@cartograph/kernel/money';
import type {
  ChannelCancelReason,
  ChannelMessage,
  ChannelMessageKind,
  ChannelNews,
  ChannelResult,
} from '../../domain/channel-message.ts';

// The contract has no schema of these documents: their elements are those of Amazon's documentation of order feeds.

export const FEED_TYPES: Readonly<Record<ChannelMessageKind, string>> = {
  ACKNOWLEDGED: 'POST_ORDER_ACKNOWLEDGEMENT_DATA',
  CANCELLED: 'POST_ORDER_ACKNOWLEDGEMENT_DATA',
  SHIPPED: 'POST_ORDER_FULFILLMENT_DATA',
  REFUNDED: 'POST_PAYMENT_ADJUSTMENT_DATA',
};

const MESSAGE_TYPES: Readonly<Record<ChannelMessageKind, string>> = {
  ACKNOWLEDGED: 'OrderAcknowledgement',
  CANCELLED: 'OrderAcknowledgement',
  SHIPPED: 'OrderFulfillment',
  REFUNDED: 'OrderAdjustment',
};

const REASONS: Readonly<Record<ChannelCancelReason, string>> = {
  OUT_OF_STOCK: 'NoInventory',
  NOT_DELIVERABLE: 'ShippingAddressUndeliverable',
  OTHER: 'GeneralAdjustment',
};

/** The carriers that Amazon has a code for, among those that we have; others go by their name. */
const CARRIER_CODES: Readonly<Record<string, string>> = { UPS: 'UPS', USPS: 'USPS', FEDEX: 'FedEx', DHL: 'DHL' };

type Content = string | readonly Element[];
type Element = readonly [name: string, content: Content, attributes?: Readonly<Record<string, string>>];

/** The messages in one document, numbered as they stand. */
export function toDocument(sellerId: string, kind: ChannelMessageKind, messages: readonly ChannelMessage[]): string {
  const type = MESSAGE_TYPES[kind];
  const header: Element[] = [
    ['DocumentVersion', '1.01'],
    ['MerchantIdentifier', sellerId],
  ];
  const envelope: Element = [
    'AmazonEnvelope',
    [
      ['Header', header],
      ['MessageType', type],
      ...messages.map(
        ({ externalId, news }, index): Element => [
          'Message',
          [
            ['MessageID', String(index + 1)],
            [type, [['AmazonOrderID', externalId], ...toElements(news)]],
          ],
        ],
      ),
    ],
    {
      'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      'xsi:noNamespaceSchemaLocation': 'amzn-envelope.xsd',
    },
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>\n${toXml(envelope)}\n`;
}

function toElements(news: ChannelNews): readonly Element[] {
  switch (news.kind) {
    case 'ACKNOWLEDGED':
      return [
        ['MerchantOrderID', news.orderNumber],
        ['StatusCode', 'Success'],
      ];
    case 'CANCELLED':
      return [
        ['StatusCode', 'Failure'],
        ...news.lines.map(
          ({ lineId }): Element => [
            'Item',
            [
              ['AmazonOrderItemCode', lineId],
              ['CancelReason', REASONS[news.reason]],
            ],
          ],
        ),
      ];
    case 'SHIPPED':
      return shipped(news);
    case 'REFUNDED':
      return news.lines.map(
        ({ lineId, amount }): Element => [
          'AdjustedItem',
          [
            ['AmazonOrderItemCode', lineId],
            ['AdjustmentReason', 'CustomerReturn'],
            [
              'ItemPriceAdjustments',
              [
                [
                  'Component',
                  [
                    ['Type', 'Principal'],
                    ['Amount', toDecimal(amount), { currency: amount.currency }],
                  ],
                ],
              ],
            ],
          ],
        ],
      );
  }
}

function shipped({ shippedAt, carrier, trackingNumber, lines }: Extract<ChannelNews, { kind: 'SHIPPED' }>): Element[] {
  const code = CARRIER_CODES[carrier?.toUpperCase() ?? ''];
  const by: Element = code ? ['CarrierCode', code] : ['CarrierName', carrier ?? 'Other'];
  return [
    ['FulfillmentDate', shippedAt],
    ['FulfillmentData', [by, ...(trackingNumber ? [['ShipperTrackingNumber', trackingNumber] as Element] : [])]],
    ...lines.map(
      ({ lineId, quantity }): Element => [
        'Item',
        [
          ['AmazonOrderItemCode', lineId],
          ['Quantity', String(quantity)],
        ],
      ],
    ),
  ];
}

function toXml([name, content, attributes = {}]: Element): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  const inner = typeof content === 'string' ? escaped(content) : content.map(toXml).join('');
  return `<${name}${written.join('')}>${inner}</${name}>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);

/** What a processing report says of each message; what it names no error for was taken. */
export function readReport(report: string, messages: readonly ChannelMessage[]): readonly ChannelResult[] {
  if (!/<ProcessingReport>/.test(report)) return all(messages, 'The report of the feed cannot be read.');
  const errors = [...report.matchAll(/<Result>(.*?)<\/Result>/gs)]
    .map(([, result = '']) => result)
    .filter((result) => textOf(result, 'ResultCode') === 'Error');
  const problemOf = (number: string) =>
    errors.filter((result) => textOf(result, 'MessageID') === number).map((result) => toProblem(result))[0];
  // Number 0 is the document itself.
  const whole = problemOf('0');
  return messages.map(({ id }, index) => ({ id, problem: whole ?? problemOf(String(index + 1)) ?? null }));
}

export const all = (messages: readonly ChannelMessage[], problem: string): readonly ChannelResult[] =>
  messages.map(({ id }) => ({ id, problem }));

const toProblem = (result: string): string =>
  `${textOf(result, 'ResultDescription')} (${textOf(result, 'ResultMessageCode')})`;

function textOf(xml: string, name: string): string {
  const text = new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(xml)?.[1] ?? '';
  return Object.entries(ENTITIES).reduceRight((read, [character, entity]) => read.replaceAll(entity, character), text);
}
