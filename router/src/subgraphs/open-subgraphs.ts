import { createEnvelopeSigner, envelopeKey } from '@cartograph/runtime/envelope';
import type { Logger } from '@cartograph/runtime/logger';
import type { RouterConfig } from '../config.ts';
import type { OpenSubgraph } from '../gateway/graph.ts';
import { policyOf } from '../settings/resilience.ts';
import type { RouterSettings } from '../settings/settings-file.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { readReplicaUrls } from './replica-urls.ts';
import { createSubgraphClient } from './subgraph-client.ts';

/** How a subgraph of the supergraph is reached: where the settings say, signed if it is one of ours. */
export function subgraphOpener(
  config: RouterConfig,
  { resilience }: RouterSettings,
  logger: Logger,
  telemetry: Telemetry,
): OpenSubgraph {
  const { envelopeSecret } = config;
  const sign = envelopeSecret
    ? createEnvelopeSigner('router', (audience) => envelopeKey(envelopeSecret, audience))
    : undefined;
  return (name, url) => {
    const urls = readReplicaUrls(name, config.subgraphUrls[name] ?? url);
    const policy = policyOf(resilience, name);
    const observer = telemetry.subgraphs;
    const client = createSubgraphClient({ name, urls, policy, logger, observer, ...(sign && { sign }) });
    return telemetry.clientOpened(client, urls);
  };
}
