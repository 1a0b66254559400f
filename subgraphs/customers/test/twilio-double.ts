import { createHmac } from 'node:crypto';
import { readContract } from '@cartograph/contract-server/contract';
import { readContractFile } from '@cartograph/contract-server/contracts-folder';
import type { JsonObject } from '@cartograph/contract-server/json-schema';
import { openContractServer } from '@cartograph/contract-server/server';
import { createWebhooks } from '@cartograph/contract-server/webhooks';

export const TWILIO = {
  accountSid: `AC${'a'.repeat(32)}`,
  authToken: 'b'.repeat(32),
  from: '+15005550006',
};

/** Our webhook as the public sees it: what Twilio signs, wherever a proxy then brings it. */
export const PUBLIC_URL = 'https://hooks.shop.test/webhooks/twilio';

interface SentMessage {
  readonly sid: string;
  readonly to: string;
  readonly body: string;
  readonly statusCallback: string;
  readonly at: Date;
}

/** The contract knows no refusals. All of Twilio's have this form. */
function addRefusals(document: JsonObject): void {
  const properties = { code: { type: 'integer' }, message: { type: 'string' }, status: { type: 'integer' } };
  const schema = { type: 'object', required: ['message', 'status'], properties };
  for (const item of Object.values(document.paths as JsonObject))
    for (const operation of Object.values(item as JsonObject))
      if (typeof operation === 'object' && operation !== null && 'responses' in operation)
        (operation.responses as JsonObject)['4XX'] = { description: '', content: { 'application/json': { schema } } };
}

const refusal = (status: number, code: number, message: string) => ({ status, body: { code, message, status } });
const rfc2822 = (at: Date) => at.toUTCString().replace('GMT', '+0000');

/** Twilio's messages and its webhooks, as its OpenAPI document and its pages describe them. */
export async function openTwilio(target: () => string = () => '') {
  const messages: SentMessage[] = [];
  const view = ({ sid, to, body, at }: SentMessage) => ({
    ...{
      sid,
      to,
      body,
      from: TWILIO.from,
      account_sid: TWILIO.accountSid,
      status: 'queued',
      direction: 'outbound-api',
    },
    ...{ date_created: rfc2822(at), date_sent: rfc2822(at), date_updated: rfc2822(at), error_code: null },
    ...{ num_segments: '1', num_media: '0', api_version: '2010-04-01', uri: `/Messages/${sid}.json` },
  });
  const server = await openContractServer({
    contracts: [readContract(readContractFile('twilio/api_v2010.json'), addRefusals)],
    refuse: ({ headers }) =>
      headers.authorization === `Basic ${Buffer.from(`${TWILIO.accountSid}:${TWILIO.authToken}`).toString('base64')}`
        ? null
        : refusal(401, 20003, 'Authenticate'),
    answers: {
      CreateMessage({ body }) {
        if (body.To === '+15005550001') return refusal(400, 21211, "The 'To' number is not a valid phone number.");
        if (body.To === '+15005550004') return refusal(400, 21610, 'Attempt to send to unsubscribed recipient');
        if (body.From !== TWILIO.from) return refusal(400, 21606, "The 'From' phone number is not yours.");
        const sid = `SM${String(messages.length + 1).padStart(32, '0')}`;
        const message = { sid, to: body.To, body: body.Body, statusCallback: body.StatusCallback, at: new Date() };
        messages.push(message);
        return { status: 201, body: view(message) };
      },
      ListMessage({ query }) {
        const since = query['DateSent>'] ? new Date(String(query['DateSent>'])) : new Date(0);
        const found = messages.filter(({ to, at }) => (!query.To || to === query.To) && at >= since);
        const page = {
          page: 0,
          page_size: 50,
          start: 0,
          end: found.length,
          next_page_uri: null,
          previous_page_uri: null,
        };
        return { status: 200, body: { messages: found.map(view).reverse(), ...page } };
      },
    },
  });

  /** A form with Twilio's signature: of the address as the public sees it, and of all fields in their order. */
  function signed(url: string, fields: Readonly<Record<string, string>>, authToken = TWILIO.authToken) {
    const text = Object.keys(fields)
      .sort()
      .map((name) => name + fields[name])
      .join('');
    const signature = createHmac('sha1', authToken)
      .update(url + text)
      .digest('base64');
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature };
    return { body: new URLSearchParams(fields).toString(), headers };
  }

  async function post(url: string, fields: Readonly<Record<string, string>>): Promise<number> {
    const hooks = createWebhooks(() => target() + url.slice(PUBLIC_URL.length));
    hooks.add(signed(url, fields));
    const [status = 0] = await hooks.deliver();
    return status;
  }

  return {
    ...{ url: server.url, faults: server.faults, server, messages, signed },
    /** A status callback, as Twilio makes it for each step of a message. */
    happens: (message: SentMessage | undefined, status: string) => {
      if (!message) throw new Error('there is no such message');
      const fields = { MessageSid: message.sid, MessageStatus: status, To: message.to, AccountSid: TWILIO.accountSid };
      return post(message.statusCallback, fields);
    },
    answers: (from: string, text: string, sid: string) =>
      post(`${PUBLIC_URL}/messages`, { MessageSid: sid, From: from, To: TWILIO.from, Body: text }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
