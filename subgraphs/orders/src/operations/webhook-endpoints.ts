import { isId } from '@cartograph/kernel/id';
import type { Page, PageRequest } from '@cartograph/kernel/page';
import { newId } from '@cartograph/runtime/ids';
import { type InvalidInput, invalidInput, issue, type NotFound } from '../domain/outcome.ts';
import { createInputReader, type InputReader } from '../domain/text-input.ts';
import {
  type EndpointSuccess,
  NO_ENDPOINT,
  type WebhookEndpoint,
  type WebhookEndpointStatus,
  type WebhookType,
} from '../domain/webhook.ts';
import { type WebhookTargets, webhookTargetProblem } from '../domain/webhook-target.ts';
import type { Ports } from '../ports.ts';

type Used = Pick<Ports, 'webhooks'>;
type Maybe<T> = T | null | undefined;

export interface SecretShown {
  /** Shown once: nobody can read it later. */
  readonly secret: string;
}

export type CreateWebhookEndpointOutcome =
  | (EndpointSuccess<'CreateWebhookEndpointSuccess'> & SecretShown)
  | InvalidInput;
export type UpdateWebhookEndpointOutcome = EndpointSuccess<'UpdateWebhookEndpointSuccess'> | InvalidInput | NotFound;
export type EnableWebhookEndpointOutcome = EndpointSuccess<'EnableWebhookEndpointSuccess'> | NotFound;
export type DisableWebhookEndpointOutcome = EndpointSuccess<'DisableWebhookEndpointSuccess'> | NotFound;
export type DeleteWebhookEndpointOutcome =
  | { readonly kind: 'DeleteWebhookEndpointSuccess'; readonly id: string }
  | NotFound;
export type RotateWebhookSecretOutcome =
  | (EndpointSuccess<'RotateWebhookSecretSuccess'> & SecretShown & { readonly previousValidUntil: Date })
  | InvalidInput
  | NotFound;

const URL_TAKEN = invalidInput([
  issue(['url'], 'There is an endpoint with this URL already. Change that one, or give it a new secret.'),
]);
const TOO_MANY = invalidInput([issue(['url'], 'There are 50 endpoints already. Delete one that is not used.')]);
const TOO_MANY_SECRETS = invalidInput([
  issue(['id'], 'Five secrets are in use already. Wait until one of them expires.'),
]);
const MAX_OVERLAP_HOURS = 168;

export const findWebhookEndpoint =
  ({ webhooks }: Used) =>
  async (id: string): Promise<WebhookEndpoint | null> =>
    isId('WebhookEndpoint', id) ? webhooks.endpoints.find(id) : null;

export const listWebhookEndpoints =
  ({ webhooks }: Used) =>
  (status: Maybe<WebhookEndpointStatus>, page: PageRequest): Promise<Page<WebhookEndpoint>> =>
    webhooks.endpoints.list(status ?? null, page);

export const createWebhookEndpoint =
  ({ webhooks }: Used, targets: WebhookTargets) =>
  async (input: {
    readonly url: string;
    readonly description?: Maybe<string>;
    readonly eventTypes: readonly WebhookType[];
  }): Promise<CreateWebhookEndpointOutcome> => {
    const read = createInputReader();
    const url = readTarget(read, input.url, targets);
    const description = read.optional(['description'], input.description, 500);
    if (read.issues.length > 0) return invalidInput(read.issues);
    const secret = webhooks.newSecret();
    const eventTypes = [...new Set(input.eventTypes)];
    // A repeated request meets its own URL, and makes no second endpoint that gets everything twice.
    const made = await webhooks.endpoints.create({
      ...{ id: newId('WebhookEndpoint'), url, description, eventTypes, secret },
    });
    if (made === 'url-taken') return URL_TAKEN;
    if (made === 'too-many') return TOO_MANY;
    return { kind: 'CreateWebhookEndpointSuccess', endpoint: made, secret };
  };

export const updateWebhookEndpoint =
  ({ webhooks }: Used, targets: WebhookTargets) =>
  async (input: {
    readonly id: string;
    readonly url?: Maybe<string>;
    readonly description?: Maybe<string>;
    readonly eventTypes?: Maybe<readonly WebhookType[]>;
  }): Promise<UpdateWebhookEndpointOutcome> => {
    const read = createInputReader();
    const patch = {
      ...(input.url != null && { url: readTarget(read, input.url, targets) }),
      ...(input.description !== undefined && {
        description: read.optional(['description'], input.description, 500),
      }),
      ...(input.eventTypes && { eventTypes: [...new Set(input.eventTypes)] }),
    };
    if (read.issues.length > 0) return invalidInput(read.issues);
    if (!isId('WebhookEndpoint', input.id)) return NO_ENDPOINT;
    const endpoint = await webhooks.endpoints.update(input.id, patch);
    if (endpoint === 'url-taken') return URL_TAKEN;
    return endpoint ? { kind: 'UpdateWebhookEndpointSuccess', endpoint } : NO_ENDPOINT;
  };

function readTarget(read: InputReader, text: string, targets: WebhookTargets): string {
  const problem = webhookTargetProblem(text.trim(), targets);
  if (problem === null) return new URL(text.trim()).href;
  read.refuse(['url'], problem);
  return '';
}

export const enableWebhookEndpoint =
  (ports: Used) =>
  async (id: string): Promise<EnableWebhookEndpointOutcome> => {
    await ports.webhooks.endpoints.enable(id);
    const endpoint = await findWebhookEndpoint(ports)(id);
    return endpoint ? { kind: 'EnableWebhookEndpointSuccess', endpoint } : NO_ENDPOINT;
  };

export const disableWebhookEndpoint =
  (ports: Used) =>
  async (id: string): Promise<DisableWebhookEndpointOutcome> => {
    await ports.webhooks.endpoints.disable(id, 'BY_STAFF');
    const endpoint = await findWebhookEndpoint(ports)(id);
    return endpoint ? { kind: 'DisableWebhookEndpointSuccess', endpoint } : NO_ENDPOINT;
  };

export const deleteWebhookEndpoint =
  ({ webhooks }: Used) =>
  async (id: string): Promise<DeleteWebhookEndpointOutcome> =>
    (await webhooks.endpoints.delete(id)) ? { kind: 'DeleteWebhookEndpointSuccess', id } : NO_ENDPOINT;

export const rotateWebhookSecret =
  (ports: Used) =>
  async (input: { readonly id: string; readonly overlapHours: number }): Promise<RotateWebhookSecretOutcome> => {
    const { id, overlapHours } = input;
    if (overlapHours < 0 || overlapHours > MAX_OVERLAP_HOURS)
      return invalidInput([issue(['overlapHours'], `Write from 0 to ${MAX_OVERLAP_HOURS}.`)]);
    const endpoint = await findWebhookEndpoint(ports)(id);
    if (!endpoint) return NO_ENDPOINT;
    const secret = ports.webhooks.newSecret();
    const previousValidUntil = await ports.webhooks.endpoints.rotate(id, secret, overlapHours * 3600);
    if (!previousValidUntil) return TOO_MANY_SECRETS;
    return { kind: 'RotateWebhookSecretSuccess', endpoint, secret, previousValidUntil };
  };
