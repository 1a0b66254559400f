import type { Page, PageRequest } from '@cartograph/kernel/page';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { OfferRefusal } from '../domain/offer.ts';
import type { Ports } from '../ports.ts';

export const listOfferRefusals =
  ({ offers }: Pick<Ports, 'offers'>) =>
  (viewer: Viewer, channel: string | null, page: PageRequest): Promise<Page<OfferRefusal>> =>
    offers.refusals(viewer, channel, page);
