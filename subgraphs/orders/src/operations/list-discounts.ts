import { type Page, type PageRequest, readPage } from '@cartograph/kernel/page';
import type { StaffDiscount } from '../domain/staff-discount.ts';
import type { Ports } from '../ports.ts';

export const listDiscounts =
  ({ discounts }: Pick<Ports, 'discounts'>) =>
  async (args: {
    readonly first: number;
    readonly after?: string | null | undefined;
  }): Promise<{ readonly page: Page<StaffDiscount>; readonly after: PageRequest['after'] }> => {
    const request = readPage(args);
    return { page: await discounts.list(request), after: request.after };
  };
