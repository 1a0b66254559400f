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

/** What staff and buyer need to know of an order before they go on with it. */
export const ORDER = /* GraphQL */ `
  query FaultsOrder($id: ID!) {
    order(id: $id) { id status lines { id quantity variant { id } } shipments { id status } }
  }
`;

export const EDIT = /* GraphQL */ `
  mutation FaultsEdit($input: EditOrderInput!) {
    editOrder(input: $input) {
      __typename
      ... on EditOrderSuccess { replayed edit { followUp { id status amountDue { amount } } } }
      ... on UserError { message }
    }
  }
`;

export const PAY = /* GraphQL */ `
  mutation FaultsPay($input: PayOrderInput!) {
    payOrder(input: $input) {
      __typename
      ... on PlaceOrderSuccess { replayed order { id status total { amount } } }
      ... on UserError { message }
    }
  }
`;

export const HAND_OVER = /* GraphQL */ `
  mutation FaultsHandOver($id: ID!) { markHandedOver(shipmentId: $id) { __typename ... on UserError { message } } }
`;

export const REQUEST_RETURN = /* GraphQL */ `
  mutation FaultsRequestReturn($input: RequestReturnInput!) {
    requestReturn(input: $input) {
      __typename
      ... on RequestReturnSuccess { replayed return { id lines { id quantity } } }
      ... on UserError { message }
    }
  }
`;

export const APPROVE_RETURN = /* GraphQL */ `
  mutation FaultsApproveReturn($id: ID!) { approveReturn(id: $id) { __typename ... on UserError { message } } }
`;

export const CANCEL_RETURN = /* GraphQL */ `
  mutation FaultsCancelReturn($id: ID!) { cancelReturn(id: $id) { __typename ... on UserError { message } } }
`;

export const EXCHANGE = /* GraphQL */ `
  mutation FaultsExchange($input: ExchangeReturnInput!) {
    exchangeReturn(input: $input) {
      __typename
      ... on ExchangeReturnSuccess { replayed return { exchange { id } } }
      ... on UserError { message }
    }
  }
`;

export const RECEIVE = /* GraphQL */ `
  mutation FaultsReceive($input: ReceiveReturnInput!) {
    receiveReturn(input: $input) {
      __typename
      ... on ReceiveReturnSuccess { replayed return { exchange { id status amountDue { amount } } } }
      ... on UserError { message }
    }
  }
`;

export const SIGN_IN_STAFF = /* GraphQL */ `
  mutation FaultsSignIn($input: SignInInput!) {
    signInStaff(input: $input) { __typename ... on SignInStaffSuccess { session { accessToken } } }
  }
`;
