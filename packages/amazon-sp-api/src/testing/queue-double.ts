import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen } from '@cartograph/contract-server/listen';

export const QUEUE_KEYS = { accessKeyId: 'AKIAOFTHEDOUBLE', secretAccessKey: 'secret-of-the-double' };
const ACCOUNT = '444455556666';

interface Message {
  readonly id: string;
  readonly body: string;
  receipt: string;
  visibleAt: number;
}

/**
 * One SQS queue in memory, as the official library talks to it. Who receives a message has it for a while, and whoever is
 * next, unless it was deleted. No contract of it may be passed on, so this is ours, with the library as its check: it does
 * not take a message whose digest is wrong.
 */
export async function openQueueDouble(name = 'notifications') {
  const arn = `arn:aws:sqs:eu-west-1:${ACCOUNT}:${name}`;
  const messages: Message[] = [];
  const waiting = new Set<() => void>();
  const received: string[] = [];
  let hiddenMs = 30_000;
  let failures = 0;

  const wake = () => {
    for (const one of waiting) one();
  };

  async function receive({ MaxNumberOfMessages = 1, WaitTimeSeconds = 0 }: Record<string, number>) {
    const visible = () => messages.filter(({ visibleAt }) => visibleAt <= Date.now()).slice(0, MaxNumberOfMessages);
    if (visible().length === 0)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, Math.min(WaitTimeSeconds * 1_000, 500));
        function done() {
          clearTimeout(timer);
          waiting.delete(done);
          resolve();
        }
        waiting.add(done);
      });
    const taken = visible();
    for (const message of taken) {
      Object.assign(message, { receipt: randomUUID(), visibleAt: Date.now() + hiddenMs });
      received.push(message.body);
    }
    const Messages = taken.map(({ id, body, receipt }) => ({
      ...{ MessageId: id, ReceiptHandle: receipt, Body: body },
      MD5OfBody: createHash('md5').update(body).digest('hex'),
    }));
    return { status: 200, body: Messages.length > 0 ? { Messages } : {} };
  }

  async function answer(request: IncomingMessage) {
    const { authorization = '', 'x-amz-target': target = '' } = request.headers as Record<string, string>;
    const body = JSON.parse(await text(request));
    if (failures > 0) {
      failures -= 1;
      return { status: 503, body: { __type: 'com.amazonaws.sqs#ServiceUnavailable', message: 'Not now.' } };
    }
    if (!authorization.startsWith(`AWS4-HMAC-SHA256 Credential=${QUEUE_KEYS.accessKeyId}/`))
      return { status: 403, body: { __type: 'com.amazonaws.sqs#InvalidClientTokenId', message: 'Who is that?' } };
    if (!String(body.QueueUrl).endsWith(`/${ACCOUNT}/${name}`))
      return { status: 400, body: { __type: 'com.amazonaws.sqs#QueueDoesNotExist', message: 'No such queue.' } };
    if (target === 'AmazonSQS.ReceiveMessage') return receive(body);
    if (target === 'AmazonSQS.GetQueueAttributes')
      return { status: 200, body: { Attributes: { ApproximateNumberOfMessages: String(messages.length) } } };
    if (target !== 'AmazonSQS.DeleteMessage')
      return { status: 400, body: { __type: 'com.amazonaws.sqs#InvalidAction' } };
    const at = messages.findIndex(({ receipt }) => receipt === body.ReceiptHandle);
    if (at >= 0) messages.splice(at, 1);
    return { status: 200, body: {} };
  }

  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
    });
  });
  const { url, close } = await listen(server);
  return {
    arn,
    endpoint: url,
    /** Besides the queue's name: how it is reached. */
    env: {
      ...{ AWS_ACCESS_KEY_ID: QUEUE_KEYS.accessKeyId, AWS_SECRET_ACCESS_KEY: QUEUE_KEYS.secretAccessKey },
      AWS_ENDPOINT_URL_SQS: url,
    },
    /** Puts it in, so often. */
    send(body: string, times = 1): void {
      for (let time = 0; time < times; time += 1) messages.push({ id: randomUUID(), body, receipt: '', visibleAt: 0 });
      wake();
    },
    left: (): number => messages.length,
    /** What was handed out, in order. */
    received: received as readonly string[],
    /** How long a message that was received is nobody else's. */
    hideFor: (ms: number): void => {
      hiddenMs = ms;
    },
    fail: (times: number): void => {
      failures = times;
    },
    async [Symbol.asyncDispose]() {
      wake();
      await close();
    },
  };
}
