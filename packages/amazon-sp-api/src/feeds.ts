import { type AmazonClient, AmazonRefusal } from './client.ts';
import type { createDocuments } from './documents.ts';

/** A document of many messages, which Amazon works off in its own time. */
export interface NewFeed {
  readonly feedType: string;
  readonly contentType: string;
  readonly marketplaceIds: readonly string[];
  readonly text: string;
}

/** A feed that takes longer is taken for lost. */
const LONGEST_MS = 12 * 3_600_000;

interface Feed {
  readonly feedId: string;
  readonly createdTime: string;
  readonly processingStatus: 'CANCELLED' | 'DONE' | 'FATAL' | 'IN_PROGRESS' | 'IN_QUEUE';
  readonly resultFeedDocumentId?: string;
}

/** What has become of a feed that is at its end. */
export type FeedEnd = { readonly report: string } | { readonly lost: string };

/** Hands a feed over and gives its id. Not to be repeated blindly: each time makes a feed. */
export async function submitFeed(
  client: AmazonClient,
  documents: ReturnType<typeof createDocuments>,
  { feedType, contentType, marketplaceIds, text }: NewFeed,
): Promise<string> {
  const { feedDocumentId, url } = await client.ask('createFeedDocument', { body: { contentType } });
  await documents.put(url, contentType, text);
  const body = { feedType, marketplaceIds, inputFeedDocumentId: feedDocumentId };
  return (await client.ask('createFeed', { body })).feedId;
}

/** The feeds of a type that were made since a moment: how one is found whose answer was lost. */
export async function feedsSince(client: AmazonClient, feedType: string, since: Date): Promise<readonly string[]> {
  const query = { feedTypes: feedType, createdSince: since.toISOString(), pageSize: '100' };
  const { feeds } = (await client.ask('getFeeds', { query })) as { readonly feeds: readonly Feed[] };
  return feeds.map(({ feedId }) => feedId);
}

/** Null while Amazon works on it. */
export async function feedEnd(
  client: AmazonClient,
  documents: ReturnType<typeof createDocuments>,
  feedId: string,
): Promise<FeedEnd | null> {
  const feed: Feed | null = await client.ask('getFeed', { path: { feedId } }).catch(orNothing);
  if (!feed) return { lost: `Amazon knows no feed ${feedId}.` };
  const { processingStatus, createdTime, resultFeedDocumentId: feedDocumentId } = feed;
  if (processingStatus === 'IN_QUEUE' || processingStatus === 'IN_PROGRESS')
    return Date.now() - Date.parse(createdTime) < LONGEST_MS
      ? null
      : { lost: `Amazon does not get on with feed ${feedId}.` };
  if (processingStatus !== 'DONE' || !feedDocumentId) return { lost: `Amazon ended it as ${processingStatus}.` };
  const { url, compressionAlgorithm } = await client.ask('getFeedDocument', { path: { feedDocumentId } });
  return { report: await documents.read(url, compressionAlgorithm === 'GZIP') };
}

function orNothing(error: unknown): null {
  if (error instanceof AmazonRefusal && error.status === 404) return null;
  throw error;
}
