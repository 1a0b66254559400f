import type { TemplateData } from '../notification.ts';

const euros = (amount: string) => ({ amount, currencyCode: 'EUR' });

/** Everything that any template reads, so that a preview shows all that a message can tell. */
export const SAMPLE: TemplateData = {
  orderId: 'Order:01JDEM00RD0000000000000000',
  orderNumber: '1001',
  returnNumber: 'R-7K2M9QXD',
  name: 'Ada Lovelace',
  lines: [
    { title: 'Mug, blue', quantity: 2, total: euros('39.98') },
    { title: 'Tea towel “Möwe” & more', quantity: 1, total: euros('12.50') },
  ],
  subtotal: euros('52.48'),
  discount: euros('5.00'),
  shipping: euros('4.90'),
  tax: euros('8.36'),
  total: euros('52.38'),
  refund: euros('19.99'),
  due: euros('12.50'),
  payBy: '2026-12-01T12:00:00Z',
  reason: 'a cup was broken',
  shippingMethod: 'Standard',
  shippingAddress: {
    name: 'Ada Lovelace',
    company: 'Analytical Engines',
    line1: 'Torstraße 1',
    postalCode: '10119',
    city: 'Berlin',
    countryCode: 'DE',
  },
  carrier: 'DHL',
  trackingNumber: '00340434161094042557',
  trackingUrl: 'https://carrier.example.com/00340434161094042557',
  url: 'https://shop.example.com/orders/1001',
  tokenId: 'OneTimeToken:01JDEM0T0K0000000000000000',
};
