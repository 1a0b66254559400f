import type {
  AdjustStockResultResolvers,
  CreateWarehouseResultResolvers,
  HoldStockResultResolvers,
  InventoryKeyReusedResolvers,
  MutationResolvers,
  ReceiveStockResultResolvers,
  StockChangedResolvers,
  StockTooLowResolvers,
  UpdateWarehouseResultResolvers,
} from '../../generated/graphql.ts';

export const adjustStock: MutationResolvers['adjustStock'] = (_root, { input }, { viewer, operations }) => {
  const { delta = null, setTo = null, ifOnHand = null, ...rest } = input;
  return operations.adjustStock(viewer, { ...rest, delta, setTo, ifOnHand });
};

export const receiveStock: MutationResolvers['receiveStock'] = (_root, { input }, { viewer, operations }) => {
  const { reference = null, ...rest } = input;
  return operations.receiveStock(viewer, { ...rest, reference });
};

export const holdStock: MutationResolvers['holdStock'] = (_root, { input }, { operations }) =>
  operations.holdStock(input);

export const commitStock: MutationResolvers['commitStock'] = (_root, { orderId }, { operations }) =>
  operations.commitStock(orderId);

export const releaseStock: MutationResolvers['releaseStock'] = (_root, { orderId }, { operations }) =>
  operations.releaseStock(orderId);

export const restockOrder: MutationResolvers['restockOrder'] = (_root, args, { operations }) =>
  operations.restockOrder(args);

export const AdjustStockResult: AdjustStockResultResolvers = { __resolveType: ({ kind }) => kind };
export const ReceiveStockResult: ReceiveStockResultResolvers = { __resolveType: ({ kind }) => kind };
export const HoldStockResult: HoldStockResultResolvers = { __resolveType: ({ kind }) => kind };
export const CreateWarehouseResult: CreateWarehouseResultResolvers = { __resolveType: ({ kind }) => kind };
export const UpdateWarehouseResult: UpdateWarehouseResultResolvers = { __resolveType: ({ kind }) => kind };

export const InventoryKeyReused: InventoryKeyReusedResolvers = {
  message: () => 'This key was used before, for something else. Send a new key.',
};

export const StockChanged: StockChangedResolvers = {
  message: ({ onHand }) => `There are ${onHand} on hand now. Count again, or leave "ifOnHand" out.`,
};

export const StockTooLow: StockTooLowResolvers = {
  message: ({ onHand, held }) =>
    `There are ${onHand} on hand, of which orders hold ${held}. Cancel orders first, or correct it to ${held} at least.`,
};
