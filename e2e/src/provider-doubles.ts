import { openAmazonDouble } from '@cartograph/amazon-sp-api/testing/amazon-double';
import { createAmazonOrders } from '@cartograph/amazon-sp-api/testing/amazon-orders';
import { contractsFolder } from '@cartograph/contract-server/contracts-folder';
import { HUBSPOT_TOKEN, openHubspotDouble } from '../../subgraphs/customers/test/hubspot-double.ts';
import { KLAVIYO_KEY, openKlaviyoDouble } from '../../subgraphs/customers/test/klaviyo-double.ts';
import { openSalesforceDouble, SALESFORCE_USER } from '../../subgraphs/customers/test/salesforce-double.ts';
import { openSendgrid, SENDGRID_KEY } from '../../subgraphs/customers/test/sendgrid-double.ts';
import { openStripeDouble, STRIPE_KEY, STRIPE_WEBHOOK_SECRET } from '../../subgraphs/payments/test/stripe-double.ts';
import { EASYPOST_KEY, EASYPOST_SECRET, openEasyPostDouble } from '../../subgraphs/shipping/test/easypost-double.ts';

/** Providers' doubles, each held to its official contract, and the settings that connect a shop to them. */
export async function openProviderDoubles() {
  let stripeTarget = '';
  const stripe = await openStripeDouble({ target: () => stripeTarget });
  const easypost = await openEasyPostDouble();
  const hubspot = await openHubspotDouble();
  const salesforce = await openSalesforceDouble();
  const klaviyo = await openKlaviyoDouble();
  let sendgridTarget = '';
  const sendgrid = await openSendgrid(() => sendgridTarget);
  const amazon = await openAmazonDouble(createAmazonOrders());
  amazon.feeds.processAtOnce();
  const all = [stripe, easypost, hubspot, salesforce, klaviyo, sendgrid, amazon];
  return {
    ...{ stripe, easypost, hubspot, salesforce, klaviyo, sendgrid, amazon },
    env: {
      ...{ PAYMENT_PROVIDERS: 'stripe', STRIPE_API_URL: stripe.server.url },
      ...{ STRIPE_SECRET_KEY: STRIPE_KEY, STRIPE_WEBHOOK_SECRET },
      ...{ CARRIERS: 'easypost', EASYPOST_URL: easypost.url },
      ...{ EASYPOST_API_KEY: EASYPOST_KEY, EASYPOST_WEBHOOK_SECRET: EASYPOST_SECRET },
      ...{ CRM_PROVIDERS: 'hubspot,salesforce', HUBSPOT_URL: hubspot.url, HUBSPOT_ACCESS_TOKEN: HUBSPOT_TOKEN },
      ...{ SALESFORCE_WSDL: `${contractsFolder()}/salesforce/partner.wsdl.xml` },
      ...{ SALESFORCE_LOGIN_URL: salesforce.loginUrl, SALESFORCE_USERNAME: SALESFORCE_USER.username },
      SALESFORCE_PASSWORD: SALESFORCE_USER.password,
      ...{ MAILERS: 'sendgrid', SENDGRID_URL: sendgrid.url, SENDGRID_API_KEY: SENDGRID_KEY },
      SENDGRID_EVENT_KEY: sendgrid.eventKey,
      ...{ MARKETING_PROVIDERS: 'klaviyo', KLAVIYO_URL: klaviyo.url, KLAVIYO_API_KEY: KLAVIYO_KEY },
      ...{
        SALES_CHANNELS: 'amazon',
        AMAZON_SHIPPING_METHOD: 'ShippingMethod:01JDEM0STANDARD00000000000',
        ...amazon.env,
      },
    },
    /** Once the shop listens: where their webhooks go. */
    sendWebhooksTo({
      payments,
      shipping,
      customers,
    }: Readonly<Record<'payments' | 'shipping' | 'customers', number>>): void {
      stripeTarget = `http://127.0.0.1:${payments}/webhooks/stripe`;
      sendgridTarget = `http://127.0.0.1:${customers}/webhooks/sendgrid`;
      easypost.sendWebhooksTo(`http://127.0.0.1:${shipping}/webhooks/easypost`);
    },
    async [Symbol.asyncDispose]() {
      // Each says what was violated; the others are closed first.
      const closed = await Promise.allSettled(all.map((double) => double[Symbol.asyncDispose]()));
      for (const one of closed) if (one.status === 'rejected') throw one.reason;
    },
  };
}
