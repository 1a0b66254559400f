import { parse, print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { withStandIns } from './stand-ins.ts';

const textOf = (sdl: string) => {
  const { document, standIns } = withStandIns(parse(sdl));
  const names = Object.fromEntries(
    [...standIns].map(([name, { field, arguments: given }]) => [name, `${field}(${given.map((one) => print(one))})`]),
  );
  return { text: print(document), names };
};

describe('a supergraph with stand-ins', () => {
  it('is the same where no requirement has arguments', () => {
    const document = parse(
      'type Good @join__type(graph: A, key: "id") { id: ID! net(in: Int): Int @join__field(graph: A) sum: Int @join__field(graph: B, requires: "id shelf { rent }") }',
    );
    expect(withStandIns(document).document).toBe(document);
  });

  it('has one field for each way in which a field is required', () => {
    const { text, names } = textOf(`type Good {
      price(in: Int, of: Int): Int @join__field(graph: A) @join__field(graph: B, external: true) @join__field(graph: C, external: true)
      euro: Int @join__field(graph: B, requires: "price(of: 2, in: 1) id")
      also: Int @join__field(graph: B, requires: "price(in: 1, of: 2)")
      cent: Int @join__field(graph: C, requires: "price(in: 3)")
    }`);
    expect(names).toEqual({ price__r0: 'price(in: 1,of: 2)', price__r1: 'price(in: 3)' });
    expect(text).toContain('requires: "price__r0 id"');
    expect(text).toContain('requires: "price__r0")');
    // Each subgraph refers to what it requires, and to nothing else.
    expect(text).toContain('price__r0: Int @join__field(graph: A) @join__field(graph: B, external: true)\n');
    expect(text).toContain('price__r1: Int @join__field(graph: A) @join__field(graph: C, external: true)\n');
  });

  it('has it on the type that has the field, and on all that implement it', () => {
    const { text } = textOf(`interface Shelf { rent(in: Int): Int } type Rack implements Shelf { rent(in: Int): Int! }
      type Good { shelf: Shelf sum: Int @join__field(graph: B, requires: "shelf { ... on Shelf { rent(in: 1) } }") }`);
    expect(text).toContain('interface Shelf {\n  rent(in: Int): Int\n  rent__r0: Int\n}');
    expect(text).toContain('type Rack implements Shelf {\n  rent(in: Int): Int!\n  rent__r0: Int!\n}');
    expect(text).toContain('requires: "shelf { ... on Shelf { rent__r0 } }"');
  });

  it('gives none a name that the graph has', () => {
    const { names } = textOf(
      'type Good { price(in: Int): Int price__r0: Int sum: Int @join__field(graph: B, requires: "price(in: 1)") }',
    );
    expect(names).toEqual({ price__r1: 'price(in: 1)' });
  });

  it('has them for arguments from a context too', () => {
    const { text, names } = textOf(`type Box @context(name: "a__box") { unit(long: Boolean): String }
      type Part { size: Int @join__field(graph: A, contextArguments: [{ context: "a__box", name: "u", type: "String", selection: "{ unit(long: true) }" }]) }`);
    expect(names).toEqual({ unit__r0: 'unit(long: true)' });
    expect(text).toContain('selection: "{ unit__r0 }"');
    expect(text).toContain('unit__r0: String');
  });
});
