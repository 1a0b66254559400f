import type { FeedReader } from '../ports/feed-reader.ts';
import type { PinterestOptions } from './pinterest/client.ts';
import { createPinterestReader } from './pinterest/feed-reader.ts';

/** What each reader that is on has to know. A reader is a line here and a folder beside it. */
export interface FeedReaderOptions {
  readonly pinterest?: PinterestOptions;
}

export const openFeedReaders = ({ pinterest }: FeedReaderOptions): readonly FeedReader[] => [
  ...(pinterest ? [createPinterestReader(pinterest)] : []),
];
