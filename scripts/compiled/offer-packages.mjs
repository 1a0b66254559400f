import { isAscii } from 'node:buffer';
import { createHash } from 'node:crypto';
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
 * of them once a process has started is kept beside the file, for those that start after it; gives whether it was there.
 */
export function offerPackages(name, startedMs = STARTED_MS) {
  const filename = join(CACHE, name);
  const bytes = readFileSync(filename);
  // V8 takes back only what it has written under the same flags and on such a processor.
  const compiled = `${filename}.${cachedDataVersionTag().toString(36)}`;
  const cachedData = readCompiled(compiled, bytes);
  // ASCII, as nearly all of it is, is kept by V8 as it is.
  const script = new Script(isAscii(bytes) ? bytes.latin1Slice() : bytes.toString(), {
    filename,
    cachedData,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(filename), module, CACHE);
  globalThis[Symbol.for(OFFERED)] = module.exports.default;
  if (cachedData && !script.cachedDataRejected) return true;
  setTimeout(() => keepCompiled(compiled, bytes, script), startedMs).unref();
  return false;
}

const DIGEST_BYTES = 32;

/** V8 looks at the length of what it was compiled from, and crashes over data that is damaged. So both have to be as they were. */
const digestOf = (source, data) => createHash('sha256').update(source).update(data).digest();

function readCompiled(path, source) {
  if (!existsSync(path)) return undefined;
  const bytes = readFileSync(path);
  const data = bytes.subarray(DIGEST_BYTES);
  return bytes.subarray(0, DIGEST_BYTES).equals(digestOf(source, data)) ? data : undefined;
}

function keepCompiled(path, source, script) {
  try {
    if (readCompiled(path, source)) return; // Another process that started with this one was first.
    const data = script.createCachedData();
    writeWhole(path, Buffer.concat([digestOf(source, data), data]));
  } catch {
    // A folder that may not be written: the next start takes as long as this one.
  }
}
