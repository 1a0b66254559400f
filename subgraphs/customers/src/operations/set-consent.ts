import type { InvalidInput } from '@cartograph/kernel/refusal';
import { readText } from '@cartograph/kernel/text';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { ConsentTopic } from '../domain/consent.ts';
import type { Customer } from '../domain/customer.ts';
import { createInputReader, invalidInput } from '../domain/outcome.ts';
import type { Ports } from '../ports.ts';
import { ownCustomer } from './own-customer.ts';

export interface SetConsentInput {
  readonly topic: ConsentTopic;
  readonly granted: boolean;
  readonly source: string;
}

export type SetConsentOutcome = { readonly kind: 'SetConsentSuccess'; readonly customer: Customer } | InvalidInput;

export const setConsent =
  (ports: Ports) =>
  async (viewer: Viewer, { topic, granted, source }: SetConsentInput): Promise<SetConsentOutcome> => {
    const reader = createInputReader();
    const from = reader.read(['source'], () => readText('source', source, { max: 60 }));
    if (!from) return invalidInput(reader.issues);
    const customer = await ownCustomer(ports, viewer);
    const decidedAt = ports.clock();
    await ports.consents.record(customer.id, {
      id: ports.newId('ConsentRecord'),
      topic,
      granted,
      source: from,
      decidedAt,
    });
    return { kind: 'SetConsentSuccess', customer };
  };
