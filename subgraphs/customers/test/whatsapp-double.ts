import { createHmac } from 'node:crypto';
import { readContract } from '@cartograph/contract-server/contract';
import { readContractFile } from '@cartograph/contract-server/contracts-folder';
import { isObject, type Json, type JsonObject } from '@cartograph/contract-server/json-schema';
import { openContractServer } from '@cartograph/contract-server/server';
import { createWebhooks } from '@cartograph/contract-server/webhooks';

export const WHATSAPP = {
  accessToken: 'EAATestTokenOfASystemUser0123456789',
  phoneNumberId: '106540352242922',
  template: 'shop_update',
  appSecret: 'c'.repeat(32),
  verifyToken: 'a-word-of-our-own',
};

const contractFile = () => readContractFile('whatsapp/business-messaging-api_v23.0.json') as JsonObject;

/** As published, no message can be valid: see SOURCE.txt. It knows no refusals either, and all are Graph API errors. */
function mend(document: JsonObject): void {
  const visit = (value: Json | undefined): void => {
    if (Array.isArray(value)) for (const part of value) visit(part);
    if (!isObject(value)) return;
    if (value.additionalProperties === false) delete value.additionalProperties;
    if (value.format === 'url') delete value.format;
    for (const part of Object.values(value)) visit(part);
  };
  visit(document);
  const schema = { $ref: '#/components/schemas/GraphAPIError' };
  for (const item of Object.values(document.paths as JsonObject))
    for (const operation of Object.values(item as JsonObject))
      if (isObject(operation) && isObject(operation.responses))
        operation.responses['4XX'] ??= { description: '', content: { 'application/json': { schema } } };
}

interface SentMessage {
  readonly id: string;
  readonly to: string;
  readonly text: string;
  readonly language: string;
  readonly reference: string;
}

const refusal = (status: number, code: number, message: string) => ({
  status,
  body: { error: { message, type: 'OAuthException', code, fbtrace_id: 'trace' } },
});

/** The Cloud API's messages and webhooks, as its OpenAPI document and the samples in it describe them. */
export async function openWhatsapp(webhookUrl: () => string = () => '') {
  const messages: SentMessage[] = [];
  const webhooks = createWebhooks(webhookUrl);
  const server = await openContractServer({
    contracts: [readContract(contractFile(), mend)],
    refuse: ({ headers }) =>
      headers.authorization === `Bearer ${WHATSAPP.accessToken}`
        ? null
        : refusal(401, 190, 'Invalid OAuth access token.'),
    answers: {
      sendMessage({ body, params }) {
        if (params['Phone-Number-ID'] !== WHATSAPP.phoneNumberId) return refusal(400, 100, 'Unsupported post request.');
        if (body.to === '+15005550001') return refusal(400, 131026, 'Message undeliverable');
        if (body.template.name !== WHATSAPP.template) return refusal(404, 132001, 'Template name does not exist');
        const id = `wamid.${messages.length + 1}`;
        const [{ parameters }] = body.template.components;
        const { biz_opaque_callback_data: reference } = body;
        messages.push({ id, to: body.to, text: parameters[0].text, language: body.template.language.code, reference });
        const contacts = [{ input: body.to, wa_id: body.to.slice(1) }];
        const sent = [{ id, message_status: 'accepted' }];
        return { status: 200, body: { messaging_product: 'whatsapp', contacts, messages: sent } };
      },
      getCommerceSettings: () => ({ status: 200, body: { data: [] } }),
    },
  });

  function signed(body: string, secret = WHATSAPP.appSecret) {
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    return { body, headers: { 'x-hub-signature-256': `sha256=${signature}` } };
  }
  const change = (value: object) => ({
    object: 'whatsapp_business_account',
    entry: [{ id: '1', changes: [{ value: { messaging_product: 'whatsapp', ...value }, field: 'messages' }] }],
  });
  const add = (payload: object) => webhooks.add(signed(JSON.stringify(payload)));

  return {
    ...{ url: `${server.url}/v23.0`, faults: server.faults, server, messages, webhooks, signed },
    happens(message: SentMessage | undefined, status: string): void {
      if (!message) throw new Error('there is no such message');
      const { id, to, reference } = message;
      const one = { id, status, timestamp: '1750857384', recipient_id: to.slice(1) };
      add(change({ statuses: [{ ...one, biz_opaque_callback_data: reference }] }));
    },
    answers: (from: string, words: string, id: string): void =>
      add(change({ messages: [{ from: from.slice(1), id, timestamp: '1', type: 'text', text: { body: words } }] })),
    /** What the contract gives as samples of what Meta posts, by name. */
    samples(): ReadonlyMap<string, object> {
      const paths = contractFile().paths as any;
      const { examples } = paths['/whatsapp/webhooks'].post.requestBody.content['application/json'];
      return new Map(Object.entries(examples).map(([name, sample]) => [name, (sample as { value: object }).value]));
    },
    add,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
