// Loaded before tsx in a process that is to have a bug: hooks are asked last come, first served, so that this one sees the
// source as it is written. FAULTS_PATCHES is a list of {file, find, replace}, with `file` from the root of the repository.
import { register } from 'node:module';

register('./patch-source-hook.mjs', import.meta.url, { data: JSON.parse(process.env.FAULTS_PATCHES ?? '[]') });
