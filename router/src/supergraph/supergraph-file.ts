import type { Logger } from '@cartograph/runtime/logger';
import { followFile } from '../followed-file.ts';

/** Gives the composed supergraph of a file to `take`, now and whenever it changes. The function it gives stops following. */
export const followSupergraphFile = (path: string, logger: Logger, take: (sdl: string) => void): Promise<() => void> =>
  followFile(
    { path, what: 'supergraph', advice: 'Run "npm run compose", or set SUPERGRAPH to its path.', take },
    logger,
  );
