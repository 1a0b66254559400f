const SHOWN = 10;

/** Where an answer is not what it must be, by path; empty when it is. The order of keys does not matter, that of lists does. */
export function differences(expected: unknown, actual: unknown): readonly string[] {
  const found: string[] = [];
  compare(expected, actual, 'data', found);
  return found;
}

function compare(expected: unknown, actual: unknown, path: string, found: string[]): void {
  if (found.length >= SHOWN || Object.is(expected, actual)) return;
  if (!isObject(expected) || !isObject(actual) || Array.isArray(expected) !== Array.isArray(actual)) {
    found.push(`${path}: expected ${shown(expected)}, got ${shown(actual)}`);
    return;
  }
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)]))
    compare(expected[key], actual[key], `${path}.${key}`, found);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const shown = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 120));
