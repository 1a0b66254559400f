/** What buyers send. They ask for little, so that a run's time goes into checkouts. */
export const PLACE = /* GraphQL */ `
  mutation FaultsPlace($input: PlaceOrderInput!) {
    placeOrder(input: $input) {
      __typename
      ... on PlaceOrderSuccess { replayed order { id status total { amount } } }
      ... on PaymentActionRequired { redirectUrl order { id status total { amount } } }
      ... on UserError { message }
    }
  }
`;

export const COMPLETE = /* GraphQL */ `
  mutation FaultsComplete($id: ID!) {
    completePayment(input: { orderId: $id }) {
      __typename
      ... on PlaceOrderSuccess { order { id status total { amount } } }
      ... on UserError { message }
    }
  }
`;

export const CANCEL = /* GraphQL */ `
  mutation FaultsCancel($input: CancelOrderInput!) {
    cancelOrder(input: $input) {
      __typename
      ... on CancelOrderSuccess { replayed order { id status total { amount } } }
      ... on UserError { message }
    }
  }
`;

export const READ = /* GraphQL */ `
  query FaultsRead($id: ID!) { order(id: $id) { id status total { amount } } }
`;

export const GUEST = 'mutation FaultsGuest { startGuestSession { guestId accessToken } }';

export const METHODS = '{ shippingMethods(countryCode: "DE", first: 1) { nodes { id } } }';
