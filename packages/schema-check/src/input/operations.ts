import { readDocuments } from './documents.ts';
import { mergeOperations, type Operation } from './operation.ts';
import { readManifest, readUsage } from './recorded.ts';
import type { Settings } from './settings.ts';

/** Every operation that is known, each once. */
export function readOperations(
  settings: Pick<Settings, 'documents' | 'manifests' | 'usage'>,
  cwd: string,
): readonly Operation[] {
  const manifest = settings.manifests.flatMap((file) => readManifest(file, cwd));
  return mergeOperations([
    ...settings.documents.flatMap((source) => readDocuments(source, cwd)),
    ...manifest,
    ...settings.usage.flatMap((path) => readUsage(path, cwd, manifest)),
  ]);
}
