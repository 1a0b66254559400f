export const HOLD = /* GraphQL */ `
  mutation ($input: HoldStockInput!) {
    holdStock(input: $input) {
      __typename
      ... on StockHeld { expiresAt allocations { variantId warehouseId quantity } }
      ... on InsufficientStock { message lines { variantId requested available } }
    }
  }
`;

export const COMMIT = 'mutation ($id: ID!) { commitStock(orderId: $id) { warehouseId quantity } }';

export const RELEASE = 'mutation ($id: ID!) { releaseStock(orderId: $id) }';

export const RESTOCK = /* GraphQL */ `
  mutation ($id: ID!, $lines: [StockLineInput!]!, $key: String!) {
    restockOrder(orderId: $id, lines: $lines, key: $key)
  }
`;

export const CREATE = /* GraphQL */ `
  mutation ($input: CreateWarehouseInput!) {
    createWarehouse(input: $input) {
      __typename
      ... on CreateWarehouseSuccess { replayed warehouse { id name countryCode priority active address { name line1 city countryCode phone } } }
      ... on InvalidInput { issues { path } }
      ... on UserError { message }
    }
  }
`;

export const LIST = /* GraphQL */ `
  query ($first: Int!, $after: String) {
    warehouses(first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } }
  }
`;

export const ADJUST = /* GraphQL */ `
  mutation ($input: AdjustStockInput!) {
    adjustStock(input: $input) {
      __typename
      ... on AdjustStockSuccess { replayed level { onHand available warehouse { id } } }
      ... on StockChanged { onHand }
      ... on StockTooLow { onHand held }
      ... on InvalidInput { issues { path } }
      ... on UserError { message }
    }
  }
`;

export const address = { name: 'Dock 4', line1: 'Kai 7', city: 'Bremen', countryCode: 'DE' };
