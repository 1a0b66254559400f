import { describe, expect, it } from 'vitest';
import { readContract } from '../src/contract.ts';
import { hasContracts, readContractFile } from '../src/contracts-folder.ts';

const FILES = [
  'adyen/CheckoutService-v72.json',
  'amazon-sp-api/feeds_2021-06-30.json',
  'amazon-sp-api/listingsItems_2021-08-01.json',
  'amazon-sp-api/notifications.json',
  'amazon-sp-api/orders_2026-01-01.json',
  'klaviyo/openapi.json',
  'paypal/checkout_orders_v2.json',
  'paypal/notifications_webhooks_v1.json',
  'paypal/payments_payment_v2.json',
  'pinterest/openapi.json',
  'sendgrid/mail_v3.json',
  'stripe/openapi.json',
  'twilio/api_v2010.json',
  'ups/OAuthClientCredentials.json',
  'ups/Rating.json',
  'ups/Shipping.json',
  'ups/TimeInTransit.json',
  'ups/Tracking.json',
  'whatsapp/business-messaging-api_v23.0.json',
];

describe.runIf(hasContracts())('an official contract', () => {
  it.each(FILES)('%s is understood, every schema in it included', (file) => {
    const contract = readContract(readContractFile(file));
    expect(contract.operations.length).toBeGreaterThan(0);
    contract.compile();
  });
});
