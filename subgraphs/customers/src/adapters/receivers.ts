import type { Crm } from '../ports/crm.ts';
import type { Marketing } from '../ports/marketing.ts';
import type { Receivers } from '../ports/sync.ts';
import type { HubspotSettings } from './hubspot/client.ts';
import { createHubspotCrm } from './hubspot/crm.ts';
import type { KlaviyoSettings } from './klaviyo/client.ts';
import { createKlaviyo } from './klaviyo/marketing.ts';
import type { PinterestSettings } from './pinterest/client.ts';
import { createPinterest } from './pinterest/marketing.ts';
import { createSalesforceCrm, type SalesforceSettings } from './salesforce/crm.ts';

/** What each system that is on has to know. */
export interface ReceiverOptions {
  readonly crm: { readonly hubspot?: HubspotSettings; readonly salesforce?: SalesforceSettings };
  readonly marketing: { readonly klaviyo?: KlaviyoSettings; readonly pinterest?: PinterestSettings };
}

/** A system is a line here and a folder beside it. */
const CRMS: Openers<ReceiverOptions['crm'], Crm> = {
  hubspot: createHubspotCrm,
  salesforce: createSalesforceCrm,
};

const TOOLS: Openers<ReceiverOptions['marketing'], Marketing> = {
  klaviyo: createKlaviyo,
  pinterest: createPinterest,
};

type Openers<Options, Port> = { readonly [Name in keyof Options]-?: (options: NonNullable<Options[Name]>) => Port };

export const openReceivers = ({ crm, marketing }: ReceiverOptions): Receivers => ({
  crms: openEach(CRMS, crm),
  marketing: openEach(TOOLS, marketing),
});

function openEach<Options extends object, Port>(openers: Openers<Options, Port>, options: Options): readonly Port[] {
  const names = Object.keys(openers) as (keyof Options)[];
  return names.flatMap((name) => {
    const given = options[name];
    return given ? [openers[name](given)] : [];
  });
}
