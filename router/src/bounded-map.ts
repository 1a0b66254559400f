export interface BoundedMap<Value> {
  /** What was used last goes last when room is needed. */
  get(key: string): Value | undefined;
  /** Makes room by forgetting what was not used for longest; what is larger than all there is stays out. */
  set(key: string, value: Value): void;
  delete(key: string): void;
  clear(): void;
  /** Keys and values that are held, by their own account. */
  readonly bytes: number;
  readonly size: number;
}

export interface Bounds<Value> {
  readonly maxBytes: number;
  readonly maxEntries: number;
  /** About how much memory a value takes; its key is counted beside it. */
  readonly bytesOf: (value: Value) => number;
}

/** Two bytes a character at worst, and what a map spends on an entry. */
const ENTRY_BYTES = 100;

/** A map that never grows beyond its bounds, so that nobody can fill the memory from outside. */
export function createBoundedMap<Value>({ maxBytes, maxEntries, bytesOf }: Bounds<Value>): BoundedMap<Value> {
  const entries = new Map<string, Value>();
  let bytes = 0;
  const costOf = (key: string, value: Value) => ENTRY_BYTES + 2 * key.length + bytesOf(value);

  function forget(key: string, value: Value): void {
    entries.delete(key);
    bytes -= costOf(key, value);
  }

  return {
    get(key) {
      const value = entries.get(key);
      if (value === undefined) return undefined;
      // A map keeps the order of insertion: what is put in again is the youngest.
      entries.delete(key);
      entries.set(key, value);
      return value;
    },
    set(key, value) {
      const old = entries.get(key);
      if (old !== undefined) forget(key, old);
      const cost = costOf(key, value);
      if (cost > maxBytes) return;
      entries.set(key, value);
      bytes += cost;
      for (const [oldestKey, oldest] of entries) {
        if (bytes <= maxBytes && entries.size <= maxEntries) break;
        forget(oldestKey, oldest);
      }
    },
    delete(key) {
      const value = entries.get(key);
      if (value !== undefined) forget(key, value);
    },
    clear() {
      entries.clear();
      bytes = 0;
    },
    get bytes() {
      return bytes;
    },
    get size() {
      return entries.size;
    },
  };
}
