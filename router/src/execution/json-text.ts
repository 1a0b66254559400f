/** Thrown where a value does not fit its type. No error object: whoever explains it looks at the data again. */
export const FAULT = Symbol('fault');

/** What goes out as it is: ASCII without control characters, quotes and backslashes. */
const PLAIN = /^[ !#-[\]-~]*$/;
// Beyond ASCII, halves of surrogate pairs are escaped when they stand alone.
const NEEDS_ESCAPE = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;
/** Below this a loop finds out sooner than a regular expression starts. */
const SHORT = 32;

/**
 * Whether everything written since it was set is ASCII: then a text has as many bytes as letters, and nobody need count or
 * encode them. State of the module, because it is asked for each string of each answer; between two awaits it is one writer's.
 */
export const written = { ascii: true };

/** A string as JSON text. Most need no escaping, and finding that out is cheaper than `JSON.stringify`. */
export function stringText(value: string): string {
  const { length } = value;
  if (length > SHORT) return PLAIN.test(value) ? `"${value}"` : unusualText(value);
  for (let i = 0; i < length; i++) {
    const code = value.charCodeAt(i);
    if (code < 32 || code === 34 || code === 92 || code > 126) return unusualText(value);
  }
  return `"${value}"`;
}

function unusualText(value: string): string {
  // It may be ASCII with a quote; to say that it is not costs little and is never wrong.
  written.ascii = false;
  return NEEDS_ESCAPE.test(value) ? JSON.stringify(value) : `"${value}"`;
}

/** Any JSON value as text; what is no JSON value, as a field that was not sent, is null. */
export function anyText(value: unknown): string {
  if (typeof value === 'string') return stringText(value);
  if (typeof value === 'number') return numberText(value);
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'object') written.ascii = false;
  return JSON.stringify(value);
}

const numberText = (value: number): string => (value - value === 0 ? `${value}` : 'null');

const fault = (): never => {
  throw FAULT;
};
const INTEGER = /^-?(?:0|[1-9]\d*)$/;
const largeInteger = (value: unknown): string =>
  typeof value === 'number' && INTEGER.test(`${value}`) ? `${value}` : fault();

/** How each kind of leaf is written, by the names of `LeafKind`; with `OrNull`, where null is an answer too. */
export function createText() {
  const string = (value: unknown): string => (typeof value === 'string' ? stringText(value) : fault());
  const id = (value: unknown): string => (typeof value === 'string' ? stringText(value) : int(value));
  const int = (value: unknown): string =>
    ((value as number) | 0) === value ? `${value as number}` : largeInteger(value);
  const float = (value: unknown): string => (typeof value === 'number' && value - value === 0 ? `${value}` : fault());
  const boolean = (value: unknown): string => (value === true ? 'true' : value === false ? 'false' : fault());
  const enumeration = (value: unknown, names: ReadonlyMap<unknown, string>): string => names.get(value) ?? fault();
  const any = (value: unknown): string => (value === null || value === undefined ? fault() : anyText(value));
  const none = (value: unknown): boolean => value === null || value === undefined;
  return {
    fault,
    string,
    id,
    int,
    float,
    boolean,
    enum: enumeration,
    any,
    stringOrNull: (value: unknown) => (typeof value === 'string' ? stringText(value) : none(value) ? 'null' : fault()),
    idOrNull: (value: unknown) => (none(value) ? 'null' : id(value)),
    intOrNull: (value: unknown) => (none(value) ? 'null' : int(value)),
    floatOrNull: (value: unknown) => (none(value) ? 'null' : float(value)),
    booleanOrNull: (value: unknown) => (none(value) ? 'null' : boolean(value)),
    enumOrNull: (value: unknown, names: ReadonlyMap<unknown, string>) =>
      none(value) ? 'null' : enumeration(value, names),
    anyOrNull: anyText,
  };
}
