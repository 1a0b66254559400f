import type { CustomerGroupResolvers, SegmentResolvers } from '../../generated/graphql.ts';
import { innerConnection } from './connection.ts';

export const CustomerGroup: CustomerGroupResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.groupById.load(id),
  customers: ({ id }, args, { loaders }) =>
    innerConnection(args, (page) => loaders.customersByGroup.load({ owner: id, page })),
};

export const Segment: SegmentResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.segmentById.load(id),
  // The row has the conditions beside its own fields.
  rule: (segment) => segment,
  customers: ({ id }, args, { loaders }) =>
    innerConnection(args, (page) => loaders.customersBySegment.load({ owner: id, page })),
};
