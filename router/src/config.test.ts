import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

const subgraphUrls = (SUBGRAPH_URLS: string) =>
  readConfig({ SUBGRAPH_URLS, STANDALONE: 'on' }, { supergraphFile: 'supergraph.graphql' }).subgraphUrls;

describe('SUBGRAPH_URLS', () => {
  it('gives a subgraph one URL or several replicas', () => {
    expect(subgraphUrls('a=http://one/graphql?x=1, b=http://two/graphql | https://three/graphql')).toEqual({
      a: 'http://one/graphql?x=1',
      b: 'http://two/graphql|https://three/graphql',
    });
    expect(subgraphUrls('')).toEqual({});
  });

  it.each(['a', 'a=', '=http://one', 'a=http://one|', 'a=http://one|two', 'a=ftp://one', 'a=one'])(
    'refuses %j and keeps what was written out of the message',
    (written) => {
      expect(() => subgraphUrls(written)).toThrow(/^SUBGRAPH_URLS must .*(?<!one|two)$/);
    },
  );
});
