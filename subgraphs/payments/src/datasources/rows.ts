const camel = new Map<string, string>();

const toCamel = (name: string): string => {
  const known = camel.get(name);
  if (known) return known;
  const made = name.replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
  camel.set(name, made);
  return made;
};

export type Row = Readonly<Record<string, unknown>>;

/** A row of a hand-written statement in the form that Prisma gives: camelCase. */
export const fromSql = <T>(row: Row): T =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [toCamel(name), value])) as T;

/** Prisma reads BIGINT as bigint; all of ours are minor units or positions that a number holds exactly. */
export const fromPrisma = <T>(row: object): T =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
  ) as T;
