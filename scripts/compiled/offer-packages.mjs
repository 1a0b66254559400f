import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { constants, Script } from 'node:vm';
import { CACHE, writeWhole } from './cache.mjs';

/** Under this a compiled program finds the packages that were put into one file for it. */
export const OFFERED = 'cartograph.packages';
/** And under this those packages find the folder that they tell their places from. */
export const CACHE_FOLDER = 'cacheFolder';

/** By then all functions that a start calls have been compiled. */
const STARTED_MS = 10_000;

/**
 * Makes the packages of this file known to what is started next, each to be loaded when it is asked for. What V8 has compiled
 * of them is kept beside the file by the first process, for those that come after it; gives whether it was there.
 */
export function offerPackages(name, startedMs = STARTED_MS) {
  const filename = join(CACHE, name);
  // V8 takes back only what it has written under the same flags and on such a processor.
  const compiled = `${filename}.${cachedDataVersionTag().toString(36)}`;
  const cachedData = existsSync(compiled) ? readFileSync(compiled) : undefined;
  // It has been written in ASCII, which V8 keeps as it is.
  const script = new Script(readFileSync(filename, 'latin1'), {
    filename,
    cachedData,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(filename), module, CACHE);
  globalThis[Symbol.for(OFFERED)] = module.exports.default;
  if (cachedData && !script.cachedDataRejected) return true;
  const keep = () => {
    try {
      writeWhole(compiled, script.createCachedData());
    } catch {
      // A folder that may not be written: the next start takes as long as this one.
    }
  };
  setTimeout(keep, startedMs).unref();
  return false;
}
