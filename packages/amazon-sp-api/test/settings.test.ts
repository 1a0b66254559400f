import { describe, expect, it } from 'vitest';
import { queueSettings, readAmazon, readQueue } from '../src/settings.ts';

const env = {
  ...{ AMAZON_CLIENT_ID: 'amzn1.application-oa2-client.0123', AMAZON_CLIENT_SECRET: '0123456789abcdef' },
  ...{ AMAZON_REFRESH_TOKEN: 'Atzr|0123', AMAZON_SELLER_ID: 'A3TH9S8BH6GOGM', AMAZON_REGION: 'eu' },
  AMAZON_MARKETPLACES: 'A1PA6795UKMFR9=EUR/DE, A1F83G8C2ARO7P=GBP',
};

describe('the settings of a seller’s account', () => {
  it('say where it is, and whose prices count in which marketplace', () => {
    expect(readAmazon(env)).toMatchObject({
      ...{ url: 'https://sellingpartnerapi-eu.amazon.com', tokenUrl: 'https://api.amazon.com/auth/o2/token' },
      marketplaces: [
        { id: 'A1PA6795UKMFR9', currency: 'EUR', country: 'DE' },
        { id: 'A1F83G8C2ARO7P', currency: 'GBP', country: null },
      ],
    });
  });

  it.each([
    ['AMAZON_CLIENT_ID', 'shop'],
    ['AMAZON_CLIENT_SECRET', 'short'],
    ['AMAZON_REFRESH_TOKEN', 'Atza|an-access-token'],
    ['AMAZON_SELLER_ID', 'my shop'],
    ['AMAZON_REGION', 'europe'],
    ['AMAZON_MARKETPLACES', 'DE=EUR'],
    ['AMAZON_MARKETPLACES', 'A1PA6795UKMFR9=ABC'],
    ['AMAZON_URL', 'amazon'],
  ])('stop the start by their name, and without the value: %s', (name, value) => {
    const read = () => readAmazon({ ...env, [name]: value });
    expect(read).toThrow(new RegExp(`^${name} `));
    if (name.endsWith('TOKEN') || name.endsWith('SECRET'))
      expect(read).not.toThrow(new RegExp(value.replace('|', '.')));
  });
});

describe('the settings of a queue', () => {
  const settings = queueSettings('AMAZON_ORDERS_QUEUE', 'for news of orders');
  const arn = 'arn:aws:sqs:eu-west-1:444455556666:amazon-orders';
  const keys = { AWS_ACCESS_KEY_ID: 'AKIA0123', AWS_SECRET_ACCESS_KEY: 'a-secret' };

  it('may all be left out, and a role of the machine stands in for keys', () => {
    expect(readQueue(keys, settings)).toEqual({});
    expect(readQueue({ AMAZON_ORDERS_QUEUE: arn }, settings)).toEqual({ queue: { arn } });
    expect(
      readQueue({ AMAZON_ORDERS_QUEUE: arn, ...keys, AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1/' }, settings),
    ).toEqual({
      queue: { arn, endpoint: 'http://127.0.0.1:1', keys: { accessKeyId: 'AKIA0123', secretAccessKey: 'a-secret' } },
    });
  });

  it.each([
    ['AMAZON_ORDERS_QUEUE', 'https://sqs.eu-west-1.amazonaws.com/444455556666/amazon-orders'],
    ['AMAZON_ORDERS_QUEUE', `${arn}.fifo`],
    ['AWS_ENDPOINT_URL_SQS', 'here'],
    ['AWS_SECRET_ACCESS_KEY', ''],
    ['AWS_ACCESS_KEY_ID', ''],
  ])('stop the start by their name: %s=%s', (name, value) => {
    const env = { AMAZON_ORDERS_QUEUE: arn, ...keys, [name]: value };
    expect(() => readQueue(env, settings)).toThrow(new RegExp(`^${name} (?!.*a-secret)`));
  });
});
