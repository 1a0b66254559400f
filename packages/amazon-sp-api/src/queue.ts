import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

export interface QueueSettings {
  /** `arn:aws:sqs:eu-west-1:123456789012:amazon-orders` */
  readonly arn: string;
  /** Where SQS is, unless it is where the name says. */
  readonly endpoint?: string;
  /** Without them, what the machine itself may do counts: a role, a profile. */
  readonly keys?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface QueueMessage {
  readonly receipt: string;
  readonly body: string;
}

/** How long a question waits for something to come. */
const WAIT_SECONDS = 20;
/** Whoever does not answer for so long after that is not there: the library would wait for ever. */
const PATIENCE_MS = 10_000;

/** A queue in the seller's AWS account, by the official library. What is not removed comes again after a while. */
export function openQueue({ arn, endpoint, keys }: QueueSettings) {
  const [, , , region = '', account = '', name = ''] = arn.split(':');
  const QueueUrl = `${endpoint ?? `https://sqs.${region}.amazonaws.com`}/${account}/${name}`;
  const client = new SQSClient({ region, ...(endpoint && { endpoint }), ...(keys && { credentials: keys }) });
  return {
    async receive(signal: AbortSignal): Promise<readonly QueueMessage[]> {
      const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: WAIT_SECONDS });
      const late = AbortSignal.timeout(WAIT_SECONDS * 1_000 + PATIENCE_MS);
      const { Messages = [] } = await client.send(command, { abortSignal: AbortSignal.any([signal, late]) });
      return Messages.map(({ ReceiptHandle = '', Body = '' }) => ({ receipt: ReceiptHandle, body: Body }));
    },
    async remove({ receipt }: QueueMessage): Promise<void> {
      const command = new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receipt });
      await client.send(command, { abortSignal: AbortSignal.timeout(PATIENCE_MS) });
    },
    close: (): void => client.destroy(),
  };
}
