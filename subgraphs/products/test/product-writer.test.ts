import { describe, expect, it } from 'vitest';
import { loadShoes, productDraft, variantDraft } from './fixtures.ts';
import { openTestProducts } from './open.ts';

describe('an import', () => {
  it('repeated keeps every id and changes nothing', async () => {
    await using products = await openTestProducts();
    const read = async () =>
      (
        await products.as()(
          '{ products(first: 100, sort: TITLE) { nodes { id variants { nodes { id sku } } images { id url } } } }',
        )
      ).data;
    await loadShoes(products, 20);
    const before = await read();
    await loadShoes(products, 20);
    expect(await read()).toEqual(before);
  });

  it('takes the same number of statements for one product and for many', async () => {
    await using products = await openTestProducts();
    const { productWriter } = products.ports;
    const draft = (n: number) =>
      productDraft(`p-${n}`, {
        images: [{ url: `https://img.test/${n}.jpg`, alt: '', width: null, height: null }],
        variants: [variantDraft(`P-${n}`)],
      });
    await productWriter.upsert([draft(0)]);
    const count = async (drafts: ReturnType<typeof draft>[]) => {
      const before = products.db.statements.count;
      await productWriter.upsert(drafts);
      return products.db.statements.count - before;
    };
    const one = await count([draft(1)]);
    const many = await count(Array.from({ length: 200 }, (_, n) => draft(n + 2)));
    expect(many).toBe(one);
    expect(many).toBeLessThanOrEqual(14);
  });

  it('leaves out a product whose SKU is another’s, and says so', async () => {
    await using products = await openTestProducts();
    const { productWriter } = products.ports;
    await productWriter.upsert([productDraft('first', { variants: [variantDraft('SAME')] })]);
    const report = await productWriter.upsert([
      productDraft('second', { variants: [variantDraft('SAME')] }),
      productDraft('third'),
    ]);
    expect(report.refused).toEqual([{ handle: 'second', sku: 'SAME', takenBy: 'first' }]);
    expect(report.written.map(({ handle, created }) => [handle, created])).toEqual([['third', true]]);
  });

  it('run several times at once ends as if run once', async () => {
    await using products = await openTestProducts();
    const drafts = Array.from({ length: 30 }, (_, n) => productDraft(`p-${n}`, { variants: [variantDraft(`P-${n}`)] }));
    await Promise.all([
      products.ports.productWriter.upsert(drafts),
      products.ports.productWriter.upsert([...drafts].reverse()),
      products.ports.productWriter.upsert(drafts),
    ]);
    const { rows } = await products.db.pool.query(
      'SELECT (SELECT count(*) FROM product) AS products, (SELECT count(*) FROM variant) AS variants',
    );
    expect(rows).toEqual([{ products: 30, variants: 30 }]);
  });
});
