// What a kept answer depends on. `Type:id` is one entity; `Type` alone is which entities of a type there are, and in what
// order: a list, a count, a search, or a name that nothing was found under.

export const entityTag = (typename: string, id: string): string => `${typename}:${id}`;

/** The type that a tag is about. Names in GraphQL have no colon; ids may have. */
export function typeOfTag(tag: string): string {
  const end = tag.indexOf(':');
  return end < 0 ? tag : tag.slice(0, end);
}
