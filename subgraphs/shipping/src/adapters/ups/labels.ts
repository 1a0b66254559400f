import { Unavailable } from '@cartograph/kernel/errors';
import { money } from '@cartograph/kernel/money';
import { hadNoEffect } from '@cartograph/providers/calls';
import { contentTypeOf } from '../../domain/label-document.ts';
import type { BoughtLabel, LabelOutcome, LabelRequest, PurchaseNote, PurchaseNotes, VoidOutcome } from '../../ports.ts';
import { type UpsClient, UpsRefusal } from './client.ts';
import { chargeOf, MAX_LINE, MAX_LINES, referenceOf, toLines, toParty, toWeight, VOIDED } from './mapping.ts';
import { activitiesOf } from './tracking.ts';

/** As UPS's answers say that there is none; its contract names no codes. */
const NONE_FOUND = /no (label|shipment|record)|not (be )?(found|available)|does not exist/i;

/**
 * UPS knows no idempotency keys, and a purchase is one call. So the first one under a key buys, and whoever comes after one
 * that did not come to an end asks first, by the reference that is printed on the label, what became of it.
 */
export async function buyLabel(
  client: UpsClient,
  account: string,
  request: LabelRequest,
  { isFirst, note, write }: PurchaseNotes,
): Promise<LabelOutcome> {
  const body = shipmentFor(account, request);
  if (typeof body === 'string') return { kind: 'refused', reason: body };
  if (note?.trackingNumber) return labelOf(client, request, note);
  // Written before it is asked for: without it, nobody has asked.
  const mayExist = !isFirst && note?.state === 'asked';
  const found = mayExist ? await recover(client, byReference(account, request.key)) : null;
  const known = found ? { trackingNumber: found.trackingNumber } : await purchase(client, body, write);
  if (known instanceof UpsRefusal) return { kind: 'refused', reason: known.message };
  await write(known);
  return labelOf(client, request, known);
}

async function purchase(
  client: UpsClient,
  body: object,
  write: PurchaseNotes['write'],
): Promise<PurchaseNote | UpsRefusal> {
  await write({ state: 'asked' });
  try {
    const answer = await client.send({ method: 'POST', path: '/shipments/v2409/ship', body, mayRepeat: false });
    const results = answer.ShipmentResponse.ShipmentResults;
    const cost = chargeOf(results);
    const trackingNumber = String([results.PackageResults].flat()[0].TrackingNumber);
    return { trackingNumber, ...(cost && { costMinor: cost.minor, costCurrency: cost.currency }) };
  } catch (error) {
    const isNo = error instanceof UpsRefusal;
    if (isNo || hadNoEffect(error)) await write({ state: 'nothing bought' });
    if (isNo && error.status === 400) return error;
    throw error;
  }
}

function shipmentFor(account: string, { key, from, to, weightGrams, service }: LabelRequest): object | string {
  const [fromLines, toLines3] = [toLines(from), toLines(to)];
  if (!fromLines || !toLines3) return `UPS prints ${MAX_LINES} lines of ${MAX_LINE} characters for the street.`;
  if (!/^\d{2}$/.test(service)) return `UPS has services such as 03 or 11, and no ${service}.`;
  const parcel = {
    ...{ Packaging: { Code: '02' }, PackageWeight: toWeight(weightGrams, from.countryCode) },
    // Where both ends are in the United States the parcel has the reference, elsewhere the shipment.
    ...(isDomestic(from.countryCode, to.countryCode) && { ReferenceNumber: [{ Value: referenceOf(key) }] }),
  };
  return {
    ShipmentRequest: {
      Request: { RequestOption: 'validate' },
      Shipment: {
        Shipper: { ...toParty(from, fromLines), ShipperNumber: account },
        ...{ ShipTo: toParty(to, toLines3), ShipFrom: toParty(from, fromLines) },
        PaymentInformation: { ShipmentCharge: [{ Type: '01', BillShipper: { AccountNumber: account } }] },
        ...(!isDomestic(from.countryCode, to.countryCode) && { ReferenceNumber: [{ Value: referenceOf(key) }] }),
        ...{ Service: { Code: service }, ShipmentRatingOptions: { NegotiatedRatesIndicator: '' }, Package: [parcel] },
      },
      // Printed as it comes from the recovery, which has it as PDF, too.
      LabelSpecification: {
        ...{ LabelImageFormat: { Code: 'GIF' }, HTTPUserAgent: 'Mozilla/4.5' },
        LabelStockSize: { Height: '6', Width: '4' },
      },
    },
  };
}

const isDomestic = (from: string, to: string): boolean => from === to && (from === 'US' || from === 'PR');

const byReference = (account: string, key: string) => ({
  ReferenceValues: { ReferenceNumber: { Value: referenceOf(key) }, ShipperNumber: account },
});

interface Recovered {
  readonly trackingNumber: string;
  readonly document: Uint8Array;
}

/** A label that was bought, as PDF; null when there is none. */
async function recover(client: UpsClient, by: object): Promise<Recovered | null> {
  const body = {
    LabelRecoveryRequest: { Request: {}, LabelSpecification: { LabelImageFormat: { Code: 'PDF' } }, ...by },
  };
  const path = '/labels/v1/recovery';
  const answer = await client.send({ method: 'POST', path, body, mayRepeat: true }).catch((error: unknown) => {
    if (error instanceof UpsRefusal && (error.status === 404 || NONE_FOUND.test(error.message))) return null;
    // Another no leaves open whether there is a label, so that none is bought on top of it.
    throw error instanceof UpsRefusal ? new Unavailable('UPS', { cause: error }) : error;
  });
  const result = [answer?.LabelRecoveryResponse.LabelResults].flat()[0];
  if (!result?.TrackingNumber || !result.LabelImage) return null;
  return {
    trackingNumber: String(result.TrackingNumber),
    document: Buffer.from(String(result.LabelImage.GraphicImage), 'base64'),
  };
}

async function labelOf(client: UpsClient, { service }: LabelRequest, note: PurchaseNote): Promise<LabelOutcome> {
  const trackingNumber = String(note.trackingNumber);
  const document = (await recover(client, { TrackingNumber: trackingNumber }))?.document;
  const contentType = document && contentTypeOf(document);
  if (!contentType) throw new Unavailable('UPS', { cause: new Error(`no document for ${trackingNumber} yet`) });
  const label: BoughtLabel = {
    ...{ reference: trackingNumber, service, trackingNumber, contentType, document },
    trackingUrl: `https://www.ups.com/track?tracknum=${trackingNumber}`,
    cost: note.costCurrency ? money(Number(note.costMinor), String(note.costCurrency)) : null,
  };
  return { kind: 'bought', label };
}

export async function voidLabel(client: UpsClient, trackingNumber: string): Promise<VoidOutcome> {
  const path = `/shipments/v2409/void/cancel/${encodeURIComponent(trackingNumber)}`;
  try {
    const answer = await client.send({ method: 'DELETE', path, mayRepeat: true });
    const { Code, Description } = answer.VoidShipmentResponse.SummaryResult.Status;
    return Code === '1' ? { kind: 'voided' } : { kind: 'refused', reason: String(Description) };
  } catch (error) {
    if (!(error instanceof UpsRefusal)) throw error;
    // A no may be to the second time that it is asked.
    const [last] = await activitiesOf(client, trackingNumber);
    return last?.status?.type === VOIDED ? { kind: 'voided' } : { kind: 'refused', reason: error.message };
  }
}
