import { generateKeyPairSync, sign } from 'node:crypto';
import { readContract } from '@cartograph/contract-server/contract';
import { readContractFile } from '@cartograph/contract-server/contracts-folder';
import { openContractServer } from '@cartograph/contract-server/server';
import { createWebhooks } from '@cartograph/contract-server/webhooks';

export const SENDGRID_KEY = 'SG.test-key-for-the-double.0123456789';

interface SentMail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly args: Readonly<Record<string, unknown>>;
}

const refusal = (status: number, message: string, field: string | null = null) => ({
  status,
  body: { errors: [{ message, field }] },
});

/** SendGrid's mail API and its event webhook, as its OpenAPI document and its pages describe them. */
export async function openSendgrid(webhookUrl: () => string = () => '') {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const mails: SentMail[] = [];
  const webhooks = createWebhooks(webhookUrl);
  const scopes = ['mail.send'];
  let events = 0;
  const server = await openContractServer({
    contracts: [readContract(readContractFile('sendgrid/mail_v3.json'))],
    refuse: ({ headers }) =>
      headers.authorization === `Bearer ${SENDGRID_KEY}`
        ? null
        : refusal(401, 'The provided authorization grant is invalid, expired, or revoked'),
    answers: {
      SendMail({ body }) {
        const [{ to, custom_args = {} }] = body.personalizations;
        const address = to[0].email;
        if (address.endsWith('.invalid'))
          return refusal(400, 'Does not contain a valid address.', 'personalizations.0.to.0.email');
        if (body.from.email.endsWith('@unverified.test'))
          return refusal(403, 'The from address does not match a verified Sender Identity.', 'from');
        const id = `message-${mails.length + 1}`;
        const content = (type: string) =>
          body.content.find((part: { type: string; value: string }) => part.type === type)?.value ?? '';
        mails.push({
          ...{ id, to: address, subject: body.subject, args: custom_args },
          ...{ text: content('text/plain'), html: content('text/html') },
        });
        return { status: 202, headers: { 'x-message-id': id } };
      },
    },
    besides: { 'GET /v3/scopes': () => ({ status: 200, body: { scopes } }) },
  });

  function signed(body: string) {
    const time = String(Math.floor(Date.now() / 1000));
    const signature = sign('sha256', Buffer.from(time + body), privateKey).toString('base64');
    return {
      body,
      headers: {
        'x-twilio-email-event-webhook-signature': signature,
        'x-twilio-email-event-webhook-timestamp': time,
      },
    };
  }

  return {
    url: server.url,
    faults: server.faults,
    server,
    mails,
    scopes,
    webhooks,
    publicKey,
    eventKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    signed,
    /** One webhook with an event of each kind, for a mail that was taken. */
    happens(mail: SentMail | undefined, ...kinds: readonly string[]): void {
      if (!mail) throw new Error('there is no such mail');
      const list = kinds.map((event) => {
        events += 1;
        const time = Math.floor(Date.now() / 1000);
        const ids = { sg_event_id: `event-${events}`, sg_message_id: `${mail.id}.recvd-1` };
        return { email: mail.to, timestamp: time, event, ...ids, ...mail.args };
      });
      webhooks.add(signed(JSON.stringify(list)));
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
