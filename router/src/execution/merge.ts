type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Takes what one subgraph answered into what is known already. Objects merge field by field, lists of equal length item
 * by item; of everything else the later answer counts.
 */
export function mergeInto(target: Json, source: Json): void {
  for (const key in source) {
    const value = source[key];
    if (value === undefined) continue;
    // Assigning `__proto__` would exchange the prototype, and `constructor` and its like are read from it.
    const known = key in Object.prototype ? ownOrDefine(target, key) : target[key];
    if (typeof value !== 'object' || value === null || typeof known !== 'object' || known === null) target[key] = value;
    else mergeObject(target, key, known as Json, value as Json);
  }
}

/**
 * An answer without the names of these interfaces wherever it is about an object whose name is known: a subgraph that knows
 * an interface as one object (`@interfaceObject`) calls all its objects by it. The answer itself stays as it is, for it may be
 * merged in other places too, where nothing is known yet.
 */
export function withoutKnownNames<T>(target: unknown, source: T, interfaces: ReadonlySet<unknown>): T {
  // It was merged here before, and is what stands here now.
  if (target === source) return source;
  if (Array.isArray(source)) {
    if (!Array.isArray(target)) return source;
    const items = source.map((item, index) => withoutKnownNames(target[index], item, interfaces));
    return items.some((item, index) => item !== source[index]) ? (items as T) : source;
  }
  if (!isObject(target) || !isObject(source)) return source;
  const changed: Json = Object.create(null);
  if (interfaces.has(source.__typename) && typeof target.__typename === 'string') changed.__typename = undefined;
  for (const key of Object.keys(source)) {
    if (!Object.hasOwn(target, key)) continue;
    const value = withoutKnownNames(target[key], source[key], interfaces);
    if (value !== source[key]) changed[key] = value;
  }
  return Object.keys(changed).length > 0 ? { ...source, ...changed } : source;
}

/** Where both are objects or lists. */
export function mergeObject(target: Json, key: string, known: Json, value: Json): void {
  if (Array.isArray(value)) {
    if (Array.isArray(known) && known.length === value.length) mergeLists(known, value);
    else target[key] = value;
  } else if (Array.isArray(known)) target[key] = value;
  else mergeInto(known, value);
}

function mergeLists(known: unknown[], value: readonly unknown[]): void {
  for (let index = 0; index < value.length; index++) {
    const [mine, theirs] = [known[index], value[index]];
    if (isObject(mine) && isObject(theirs)) mergeInto(mine, theirs);
    else if (Array.isArray(mine) && Array.isArray(theirs) && mine.length === theirs.length) mergeLists(mine, theirs);
    else known[index] = theirs;
  }
}

/** Makes an own property of it, so that reading and assigning it mean just that. */
function ownOrDefine(target: Json, key: string): unknown {
  if (Object.hasOwn(target, key)) return target[key];
  Object.defineProperty(target, key, { value: undefined, writable: true, enumerable: true, configurable: true });
  return undefined;
}
