import { badInput } from '@cartograph/kernel/errors';
import { isId } from '@cartograph/kernel/id';
import { toConnection } from '@cartograph/kernel/page';
import type { CollectionResolvers, QueryResolvers } from '../../generated/graphql.ts';
import type { Context } from '../context.ts';
import { toListConnection } from './product.ts';
import { isWriteable, readCursor } from './read-arguments.ts';
import { translated } from './words.ts';

const byId = (id: string, { loaders }: Context) => (isId('Collection', id) ? loaders.collectionById.load(id) : null);

const byHandle = (handle: string, { loaders }: Context) =>
  isWriteable(handle) ? loaders.collectionByHandle.load(handle) : null;

export const collection: QueryResolvers['collection'] = (_root, { id, handle }, context) => {
  if ((id == null) === (handle == null)) throw badInput('Give either "id" or "handle".');
  return id != null ? byId(id, context) : byHandle(handle ?? '', context);
};

export const collections: QueryResolvers['collections'] = async (
  _root,
  { parentId, ...args },
  { operations, loaders },
) => {
  const page = readCursor(args, ['number', 'string']);
  const below = parentId != null && isWriteable(parentId) ? parentId : null;
  const found =
    parentId == null
      ? await operations.listCollections(page)
      : await loaders.childrenByCollectionId.load({ parentId: below ?? '', ...page });
  return toConnection(found, page.after, ({ position, id }) => [position, id]);
};

export const Collection: CollectionResolvers = {
  __resolveReference: (reference, context) =>
    'id' in reference ? byId(reference.id, context) : byHandle(reference.handle, context),
  ...translated(({ id }, { loaders }) => loaders.translationsByCollectionId.load(id)),
  image: ({ imageUrl, imageAlt }) => (imageUrl === null ? null : { url: imageUrl, alt: imageAlt }),
  parent: ({ parentId }, _args, { loaders }) => (parentId === null ? null : loaders.collectionById.load(parentId)),
  ancestors: ({ id }, _args, { loaders }) => loaders.ancestorsByCollectionId.load(id),
  children: async ({ id }, args, { loaders }) => {
    const page = readCursor(args, ['number', 'string']);
    const found = await loaders.childrenByCollectionId.load({ parentId: id, ...page });
    return toConnection(found, page.after, (child) => [child.position, child.id]);
  },
  products: async ({ id }, args, { loaders }) => {
    const page = readCursor(args, ['number', 'string']);
    return toListConnection(await loaders.productsByCollectionId.load({ parentId: id, ...page }), page.after);
  },
  translations: ({ id }, _args, { loaders }) => loaders.translationsByCollectionId.load(id),
};
