import { matchBy } from '@cartograph/kernel/key-order';
import type { Viewer } from '@cartograph/kernel/viewer';
import DataLoader from 'dataloader';
import type { Label } from '../domain/shipment.ts';
import type { LabelStore } from '../ports/labels.ts';

/** With its document, so few at a time; none for viewers who may not print. */
export const createLabelByParcelId = (labels: LabelStore, viewer: Viewer) =>
  new DataLoader<string, Label | null>(
    async (ids) => matchBy(ids, await labels.currentOf(viewer, ids), ({ parcelId }) => parcelId),
    { name: 'labelByParcelId', maxBatchSize: 100 },
  );
