import { seesEverything, type Viewer } from '@cartograph/kernel/viewer';
import DataLoader from 'dataloader';
import type { StuckStep } from '../domain/stuck-step.ts';
import type { Ports } from '../ports.ts';

/** Nothing for anybody but staff and neighbours: reasons are in the words of systems that buyers know nothing of. */
export const createStuckStepsByOrderId = ({ stuckSteps }: Pick<Ports, 'stuckSteps'>, viewer: Viewer) =>
  new DataLoader<string, readonly StuckStep[]>(
    async (orderIds) => {
      const found = seesEverything(viewer) ? await stuckSteps.listByOrderIds(orderIds) : [];
      return orderIds.map((id) => found.filter(({ orderId }) => orderId === id));
    },
    { name: 'stuckStepsByOrderId', maxBatchSize: 500 },
  );
