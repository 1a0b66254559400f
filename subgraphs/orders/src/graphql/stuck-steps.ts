import { readPage, toConnection } from '@cartograph/kernel/page';
import type {
  GiveUpStepResultResolvers,
  MutationResolvers,
  QueryResolvers,
  RetryStepResultResolvers,
  StepNotStuckResolvers,
  StepNotUndoableResolvers,
  StuckStepResolvers,
} from '../../generated/graphql.ts';

export const stuckSteps: QueryResolvers['stuckSteps'] = async (_root, args, { viewer, operations }) => {
  const page = readPage(args, 2);
  const cursor = ({ since, id }: { readonly since: Date; readonly id: string }) => [since.toISOString(), id];
  return toConnection(await operations.listStuckSteps(viewer, page), page.after, cursor);
};

export const stuckStepMutations: Pick<MutationResolvers, 'retryStep' | 'giveUpStep'> = {
  retryStep: (_root, { input }, { viewer, operations }) => operations.retryStep(viewer, input.stepId),
  giveUpStep: (_root, { input }, { viewer, operations }) => operations.giveUpStep(viewer, input),
};

const StuckStep: StuckStepResolvers = {
  order: async ({ orderId }, _args, { loaders }) => {
    const order = await loaders.orderById.load(orderId);
    if (!order) throw new Error(`the order ${orderId} of a stuck step is gone`);
    return order;
  },
  canGiveUp: (step, _args, { operations }) => operations.canGiveUp(step),
};

const RetryStepResult: RetryStepResultResolvers = { __resolveType: ({ kind }) => kind };
const GiveUpStepResult: GiveUpStepResultResolvers = { __resolveType: ({ kind }) => kind };

const StepNotStuck: StepNotStuckResolvers = {
  message: () =>
    'This step is not stuck any more, or somebody else has just taken it in hand. Look at the order again.',
};

const StepNotUndoable: StepNotUndoableResolvers = {
  message: () => 'Nobody else can do this step, and it cannot be undone. It can only be asked for again.',
};

export const stuckStepTypes = { StuckStep, RetryStepResult, GiveUpStepResult, StepNotStuck, StepNotUndoable };
