const ROOT = new URL('../../../', import.meta.url).href;
let patches = [];

export function initialize(data) {
  patches = data;
}

/** Replaces text in the files that are named, and in no others. A text that is not there exactly once ends the process. */
export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context);
  const file = url.split('?')[0].slice(ROOT.length);
  const wanted = url.startsWith(ROOT) ? patches.filter((patch) => patch.file === file) : [];
  if (wanted.length === 0) return loaded;
  const source = wanted.reduce(replaceOnce, String(loaded.source));
  return { ...loaded, source };
}

function replaceOnce(source, { file, find, replace }) {
  const parts = source.split(find);
  if (parts.length !== 2) throw new Error(`${file} has this ${parts.length - 1} times, not once: ${find}`);
  return parts.join(replace);
}
