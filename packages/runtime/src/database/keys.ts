/**
 * `WHERE id = ${anyOf(1)}` in place of `WHERE id = ANY ($1)`: the keys of a batch, a statement's nth value, as `text[]`.
 *
 * Of a list that it sees, PostgreSQL takes a plan for three keys to be cheaper than the one for any number, and so plans the
 * statement anew for each batch, which takes several times what running it does. In a subquery it does not see it, and keeps
 * one plan for a connection.
 */
export const anyOf = (place: number): string => `ANY ((SELECT $${place}::text[])::text[])`;
