import type { Page, PageRequest } from '@cartograph/kernel/page';
import { seesEverything, type Viewer } from '@cartograph/kernel/viewer';
import type { Return } from '../domain/return.ts';
import type { ReturnStatus } from '../domain/return-status.ts';
import type { Ports } from '../ports.ts';

type Optional<T> = T | null | undefined;

export interface ReturnFilterInput {
  readonly status?: Optional<readonly ReturnStatus[]>;
  readonly orderId?: Optional<string>;
  readonly buyerId?: Optional<string>;
}

/** The viewer's own returns; everybody's for staff, who alone can ask for one buyer's. */
export const listReturns =
  ({ returns }: Pick<Ports, 'returns'>) =>
  (viewer: Viewer, { status, orderId, buyerId }: ReturnFilterInput, page: PageRequest): Promise<Page<Return>> =>
    returns.list(
      viewer,
      {
        status: status ?? null,
        orderId: orderId ?? null,
        buyerId: seesEverything(viewer) ? (buyerId ?? null) : null,
      },
      page,
    );
