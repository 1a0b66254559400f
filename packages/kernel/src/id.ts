/** An opaque global id: the GraphQL type, a colon, and 26 characters that sort by time (a ULID). */
export type Id<T extends string = string> = `${T}:${string}`;

const BODY = /^[0-9A-HJKMNP-TV-Z]{26}$/;

/** True for a well-formed id of that type. An id of any other form names nothing, so it reads as absent. */
export function isId<T extends string>(type: T, id: string): id is Id<T> {
  return id.startsWith(`${type}:`) && BODY.test(id.slice(type.length + 1));
}
