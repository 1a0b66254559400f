import type { Viewer } from '@cartograph/kernel/viewer';
import { expect } from 'vitest';
import { type openShop, staff } from './open-shop.ts';

export type Shop = Awaited<ReturnType<typeof openShop>>;

export const STUCK = /* GraphQL */ `
  query ($first: Int! = 20, $after: String) {
    stuckSteps(first: $first, after: $after) {
      nodes { id process step undoing attempts reason since nextAttemptAt canGiveUp order { id status } }
      pageInfo { hasNextPage endCursor }
    }
  }
`;
const RETRY = /* GraphQL */ `
  mutation ($stepId: ID!) {
    retryStep(input: { stepId: $stepId }) { __typename ... on UserError { message } ... on RetryStepSuccess { order { id } } }
  }
`;
export const GIVE_UP = /* GraphQL */ `
  mutation ($stepId: ID!, $reason: String!) {
    giveUpStep(input: { stepId: $stepId, reason: $reason }) {
      __typename ... on UserError { message } ... on GiveUpStepSuccess { order { id } }
    }
  }
`;
const TIMELINE = /* GraphQL */ `
  query ($id: ID!) { order(id: $id) { stuckSteps { id } timeline { nodes { type by message } } } }
`;

/** Gets no answer, however often it is asked. */
export const forever = { at: 'before', times: 1e9 } as const;

export const ask = async (shop: Shop, viewer: Viewer, query: string, variables: object = {}) => {
  const { data, errors } = await shop.as(viewer)(query, variables);
  expect(errors).toBeUndefined();
  return data as any;
};
export const listStuck = async (shop: Shop): Promise<any[]> => (await ask(shop, staff, STUCK)).stuckSteps.nodes;
export const retry = async (shop: Shop, stepId: string) =>
  (await ask(shop, staff, RETRY, { stepId })).retryStep.__typename;
export const giveUp = async (shop: Shop, stepId: string) =>
  (await ask(shop, staff, GIVE_UP, { stepId, reason: 'The buyer called.' })).giveUpStep.__typename;
export const timeline = async (shop: Shop, viewer: Viewer, id: string): Promise<any> =>
  (await ask(shop, viewer, TIMELINE, { id })).order;
