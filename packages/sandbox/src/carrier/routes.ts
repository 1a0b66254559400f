import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { drawLabel } from './label-pdf.ts';
import { type Label, type Ledger, nextStatus, type ParcelStatus, STEPS, type TrackerEvent } from './ledger.ts';
import type { CarrierOperation, CarrierSandboxOptions } from './options.ts';
import { ratesFor } from './rates.ts';
import { errorBody, parseBody, Refused, readShipment } from './requests.ts';

export interface RouteTools {
  readonly ledger: Ledger;
  readonly origin: () => string;
  readonly tell: (event: TrackerEvent) => void;
  readonly follow: (label: Label) => void;
  readonly faults: CarrierSandboxOptions['faults'];
}

type Request = FastifyRequest<{ Params: { id: string } }>;

export function addRoutes(app: FastifyInstance, tools: RouteTools): void {
  const { ledger, origin, tell, follow } = tools;
  const labelOf = ({ params }: Request): Label => found(ledger.findLabel(params.id), 'label');
  const trackerOf = ({ params }: Request): Label => found(ledger.findByNumber(params.id), 'tracker');

  app.post('/v1/shipments', (request, reply) =>
    answer(tools, 'shipment', request, reply, () => {
      const shipment = ledger.shipment(keyOf(request), readShipment(parseBody(request.body)));
      return { id: shipment.id, rates: ratesFor(shipment) };
    }),
  );
  app.post('/v1/labels', (request, reply) =>
    answer(tools, 'label', request, reply, () => {
      const { shipment_id, service } = parseBody(request.body);
      const { label, isNew } = ledger.label(keyOf(request), String(shipment_id), String(service));
      if (isNew) tell(ledger.record(label, 'pre_transit'));
      follow(label);
      return labelBody(label, origin());
    }),
  );
  app.get('/v1/labels/:id.pdf', (request: Request, reply) =>
    answer(tools, 'document', request, reply, async () => {
      const label = labelOf(request);
      const { service } = label.rate;
      void reply.type('application/pdf');
      return drawLabel(ledger.shipmentOf(label), { ...label, service });
    }),
  );
  app.delete('/v1/labels/:id', (request: Request, reply) =>
    answer(tools, 'void', request, reply, () => {
      const label = labelOf(request);
      ledger.void(label);
      return { id: label.id, status: 'voided' };
    }),
  );
  app.get('/v1/trackers/:id', (request: Request, reply) =>
    answer(tools, 'track', request, reply, () => trackerBody(ledger, trackerOf(request))),
  );
  app.post('/v1/test/trackers/:id/advance', (request: Request) => {
    const label = trackerOf(request);
    if (ledger.isVoided(label)) throw new Refused(409, 'label_voided', 'The label was given back.');
    const now = ledger.statusOf(label);
    tell(ledger.record(label, request.body ? readStatus(parseBody(request.body).status, now) : nextStatus(now)));
    return trackerBody(ledger, label);
  });
}

/** Makes what was asked for go wrong before or after its effect. */
async function answer(
  { faults }: RouteTools,
  operation: CarrierOperation,
  request: FastifyRequest,
  reply: FastifyReply,
  work: () => unknown,
): Promise<unknown> {
  const fault = faults?.({ operation, key: keyOf(request) });
  if (fault === 'before') return reply.code(503).send(errorBody('unavailable', 'The carrier is down.'));
  const result = await work();
  if (fault === 'after') return void request.raw.destroy();
  return reply.send(result);
}

const keyOf = (request: FastifyRequest): string => {
  const key = request.headers['idempotency-key'];
  return typeof key === 'string' && key ? key : randomUUID();
};

function found(label: Label | undefined, what: string): Label {
  if (label) return label;
  throw new Refused(404, `${what}_unknown`, `There is no such ${what}.`);
}

function readStatus(given: unknown, now: ParcelStatus): ParcelStatus {
  if (now === 'delivered' || now === 'return_to_sender')
    throw new Refused(409, 'tracker_finished', 'The parcel has arrived.');
  const known: readonly unknown[] = [...STEPS, 'exception', 'return_to_sender'];
  if (known.includes(given)) return given as ParcelStatus;
  throw new Refused(400, 'malformed', `"status" must be one of ${known.join(', ')}.`);
}

const labelBody = ({ id, trackingNumber, rate, boughtAt }: Label, origin: string) => ({
  id,
  tracking_number: trackingNumber,
  tracking_url: `${origin}/track/${trackingNumber}`,
  service: rate.service,
  amount: rate.amount,
  currency: rate.currency,
  document_url: `${origin}/v1/labels/${id}.pdf`,
  bought_at: boughtAt,
});

const trackerBody = (ledger: Ledger, label: Label) => ({
  tracking_number: label.trackingNumber,
  status: ledger.isVoided(label) ? 'voided' : ledger.statusOf(label),
  events: ledger.eventsOf(label),
});
