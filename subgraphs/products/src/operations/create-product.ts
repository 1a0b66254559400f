import { type InputIssue, type InvalidInput, invalidInput } from '@cartograph/kernel/refusal';
import { toHandle } from '../domain/handle.ts';
import type { Product } from '../domain/product.ts';
import { draftIssues, type ProductDraft, type ProductWriteOutcome } from '../domain/product-draft.ts';
import type { Ports } from '../ports.ts';

export type CreateProductOutcome = { readonly kind: 'CreateProductSuccess'; readonly product: Product } | InvalidInput;

/** `issues` are those found while the input was read. */
export const createProduct =
  ({ productWriter }: Ports) =>
  async (
    input: Omit<ProductDraft, 'handle'> & { readonly handle: string | null },
    found: readonly InputIssue[],
  ): Promise<CreateProductOutcome> => {
    const draft: ProductDraft = { ...input, handle: input.handle ?? toHandle(input.title) };
    const issues = [
      ...found,
      ...draftIssues(draft),
      ...imageUrlIssues(
        draft.variants,
        draft.images.map(({ url }) => url),
      ),
    ];
    if (issues.length > 0) return invalidInput(issues);
    const outcome = await productWriter.create(draft);
    return outcome.kind === 'written'
      ? { kind: 'CreateProductSuccess', product: outcome.product }
      : invalidInput(takenIssues(outcome, draft));
  };

/** A handle or SKUs that another product has, at the place of the input that names them. */
export function takenIssues(
  outcome: Exclude<ProductWriteOutcome, { kind: 'written' }>,
  { handle, variants = [] }: Partial<ProductDraft>,
): readonly InputIssue[] {
  if (outcome.kind === 'handle-taken')
    return [{ path: ['handle'], message: `The handle "${handle}" belongs to another product.` }];
  return outcome.skus.map((sku) => ({
    path: ['variants', String(variants.findIndex((variant) => variant.sku === sku)), 'sku'],
    message: `The SKU "${sku}" belongs to another product.`,
  }));
}

export const imageUrlIssues = (variants: ProductDraft['variants'], urls: readonly string[]): readonly InputIssue[] =>
  variants.flatMap(({ imageUrl }, index) =>
    imageUrl === null || urls.includes(imageUrl)
      ? []
      : [{ path: ['variants', `${index}`, 'imageUrl'], message: 'It must be one of the pictures of the product.' }],
  );
