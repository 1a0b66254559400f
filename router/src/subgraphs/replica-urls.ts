import { SettingError } from '@cartograph/runtime/settings';

/** The replicas of one subgraph, as they are written in `SUBGRAPH_URLS` or in a supergraph: `http://a|http://b`. */
export function readReplicaUrls(subgraph: string, written: string): readonly string[] {
  const urls = written.split('|').map((url) => url.trim());
  for (const url of urls) {
    const protocol = URL.canParse(url) ? new URL(url).protocol : null;
    // The text itself stays out of the message: a URL may carry a password.
    if (protocol !== 'http:' && protocol !== 'https:')
      throw new SettingError(
        'SUBGRAPH_URLS',
        `must name every replica of ${subgraph} by an http or https URL, with "|" between them, or leave it to the supergraph to do so.`,
      );
  }
  return urls;
}
