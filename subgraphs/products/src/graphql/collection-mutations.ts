import type {
  CreateCollectionInput,
  CreateCollectionResultResolvers,
  MutationResolvers,
  UpdateCollectionInput,
  UpdateCollectionResultResolvers,
} from '../../generated/graphql.ts';
import type { CollectionDraft } from '../domain/collection-draft.ts';
import { readTranslations } from './product-mutations.ts';

export const createCollection: MutationResolvers['createCollection'] = (_root, { input }, { operations }) => {
  const draft = {
    descriptionHtml: '',
    seoTitle: null,
    seoDescription: null,
    imageUrl: null,
    imageAlt: '',
    parentId: null,
    translations: [],
    ...readFields(input),
    title: input.title.trim(),
    position: input.position,
    handle: input.handle ?? null,
  };
  return operations.createCollection(draft, input.products ?? []);
};

export const updateCollection: MutationResolvers['updateCollection'] = (_root, { input }, { operations }) => {
  const { id, version, handle, addProducts, removeProductIds } = input;
  const draft = { ...readFields(input), ...(handle != null && { handle }) };
  return operations.updateCollection({
    id,
    version,
    draft,
    addProducts: addProducts ?? [],
    removeProductIds: removeProductIds ?? [],
  });
};

type Input = CreateCollectionInput | UpdateCollectionInput;

/** The fields that are given. What can be taken away is taken away by null; for the rest null means "not given". */
function readFields(input: Input): Partial<Omit<CollectionDraft, 'handle'>> {
  const { title, descriptionHtml, seoTitle, seoDescription, imageUrl, imageAlt, parentId, position, translations } =
    input;
  return {
    ...(title != null && { title: title.trim() }),
    ...(descriptionHtml != null && { descriptionHtml }),
    ...(seoTitle !== undefined && { seoTitle: seoTitle?.trim() || null }),
    ...(seoDescription !== undefined && { seoDescription: seoDescription?.trim() || null }),
    ...(imageUrl !== undefined && { imageUrl }),
    ...(imageAlt != null && { imageAlt }),
    ...(parentId !== undefined && { parentId }),
    ...(position != null && { position }),
    ...(translations && { translations: readTranslations(translations) }),
  };
}

export const CreateCollectionResult: CreateCollectionResultResolvers = { __resolveType: ({ kind }) => kind };
export const UpdateCollectionResult: UpdateCollectionResultResolvers = { __resolveType: ({ kind }) => kind };
