import { DeleteMessageCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

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
const PATIENCE_MS = 10_000;

export interface QueuePatience {
  readonly waitSeconds?: number;
  /** Whoever does not answer for so long after that is not there: the library would wait for ever. */
  readonly patienceMs?: number;
}

/** A queue in the seller's AWS account, by the official library. What is not removed comes again after a while. */
export function openQueue(
  { arn, endpoint, keys }: QueueSettings,
  { waitSeconds = WAIT_SECONDS, patienceMs = PATIENCE_MS }: QueuePatience = {},
) {
  const [, , , region = '', account = '', name = ''] = arn.split(':');
  const QueueUrl = `${endpoint ?? `https://sqs.${region}.amazonaws.com`}/${account}/${name}`;
  const client = new SQSClient({ region, ...(endpoint && { endpoint }), ...(keys && { credentials: keys }) });
  return {
    async receive(signal: AbortSignal): Promise<readonly QueueMessage[]> {
      const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: waitSeconds });
      const late = AbortSignal.timeout(waitSeconds * 1_000 + patienceMs);
      const { Messages = [] } = await client.send(command, { abortSignal: AbortSignal.any([signal, late]) });
      return Messages.map(({ ReceiptHandle = '', Body = '' }) => ({ receipt: ReceiptHandle, body: Body }));
    },
    async remove({ receipt }: QueueMessage): Promise<void> {
      const command = new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receipt });
      await client.send(command, { abortSignal: AbortSignal.timeout(patienceMs) });
    },
    /** How many messages are in it, about; none of them is received. */
    async size(): Promise<number> {
      const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] });
      const { Attributes } = await client.send(command, { abortSignal: AbortSignal.timeout(patienceMs) });
      return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
    },
    close: (): void => client.destroy(),
  };
}
