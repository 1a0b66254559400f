import { isId } from '@cartograph/kernel/id';
import { type InputIssue, type InvalidInput, invalidInput, type NotFound, notFound } from '@cartograph/kernel/refusal';
import { LIMITS, type Product } from '../domain/product.ts';
import { draftIssues, type ProductDraft } from '../domain/product-draft.ts';
import type { Ports } from '../ports.ts';
import { imageUrlIssues, takenIssues } from './create-product.ts';

export type UpdateProductOutcome =
  | { readonly kind: 'UpdateProductSuccess'; readonly product: Product }
  | NotFound
  | InvalidInput;

export const updateProduct =
  (ports: Ports) =>
  async (
    id: string,
    version: number,
    change: Partial<ProductDraft>,
    found: readonly InputIssue[],
  ): Promise<UpdateProductOutcome> => {
    if (!isId('Product', id)) return notFound('product');
    const draft = await withOptions(ports, id, change);
    const issues = [...found, ...draftIssues(draft), ...(await variantIssues(ports, id, draft))];
    if (change.options && !change.variants)
      issues.push({ path: ['options'], message: 'Options change together with the variants that have them.' });
    if (issues.length > 0) return invalidInput(issues);
    const outcome = await ports.productWriter.update(id, version, draft);
    if (outcome === null) return notFound('product');
    return outcome.kind === 'written'
      ? { kind: 'UpdateProductSuccess', product: outcome.product }
      : invalidInput(takenIssues(outcome, draft));
  };

/** Variants that are given without options have the options that the product has. */
async function withOptions({ productDetails }: Ports, id: string, change: Partial<ProductDraft>) {
  if (!change.variants || change.options) return change;
  const [options = []] = await productDetails.options([id]);
  return { ...change, options: options.map(({ name }) => name) };
}

async function variantIssues({ productDetails }: Ports, id: string, { variants, images }: Partial<ProductDraft>) {
  if (!variants?.some(({ imageUrl }) => imageUrl !== null)) return [];
  const [present = []] = images ? [images] : await productDetails.images([id], LIMITS.images);
  return imageUrlIssues(
    variants,
    present.map(({ url }) => url),
  );
}
