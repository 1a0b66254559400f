/** Every contender runs as our own router does: compiled before, without a loader's thread in what is measured. */
export const COMPILED = 'scripts/run-compiled.mjs';
