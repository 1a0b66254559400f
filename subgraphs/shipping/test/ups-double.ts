import type { Answer, Call } from '@cartograph/contract-server/check';
import { openContractServer } from '@cartograph/contract-server/server';
import { readUpsContracts } from './ups-contract.ts';

export const UPS_CLIENT = { clientId: 'clientOfTheShop', clientSecret: 'secretOfTheShop' };
export const UPS_ACCOUNT = 'A1B2C3';

const PDF = Buffer.from('%PDF-1.4 a label of the double').toString('base64');
const GIF = Buffer.from('GIF89a a label of the double').toString('base64');
const OK = { ResponseStatus: { Code: '1', Description: 'Success' } };
const STEPS = [
  ['P', 'OR', 'Origin Scan'],
  ['I', 'DP', 'Departed from Facility'],
  ['O', 'OT', 'Out For Delivery Today'],
  ['D', 'FS', 'Delivered'],
] as const;

interface Sold {
  readonly trackingNumber: string;
  readonly reference: string;
  readonly activities: (readonly [type: string, code: string, description: string])[];
  isVoided: boolean;
}

const refused = (status: number, code: string, message: string): Answer => ({
  status,
  body: { response: { errors: [{ code, message }] } },
});
const usd = (value: string) => ({ CurrencyCode: 'USD', MonetaryValue: value });
const billed = { UnitOfMeasurement: { Code: 'LBS', Description: 'Pounds' }, Weight: '3.0' };

/** UPS with a memory. Like the real one it knows no idempotency keys: each request for a shipment is another one. */
export async function openUpsDouble() {
  const sold: Sold[] = [];
  const tokens = new Set<string>();

  const token = ({ headers }: Call): Answer => {
    const expected = `Basic ${btoa(`${UPS_CLIENT.clientId}:${UPS_CLIENT.clientSecret}`)}`;
    if (headers.authorization !== expected) return refused(401, '10401', 'ClientId is Invalid');
    const access_token = `token-${tokens.size + 1}`;
    tokens.add(access_token);
    return { status: 200, body: { token_type: 'Bearer', access_token, expires_in: '14399', status: 'approved' } };
  };

  function ship({ body }: Call): Answer {
    const { Shipment } = body.ShipmentRequest;
    const [parcel] = Shipment.Package;
    const { CountryCode, PostalCode = '' } = Shipment.ShipTo.Address;
    if (CountryCode === 'US' && !/^\d{5}(\d{4})?$/.test(PostalCode))
      return refused(400, '120206', 'The postal code does not match the state.');
    const [reference] = parcel.ReferenceNumber ?? Shipment.ReferenceNumber;
    const trackingNumber = `1Z${UPS_ACCOUNT}${String(sold.length + 1).padStart(10, '0')}`;
    sold.push({ ...{ trackingNumber, isVoided: false }, reference: reference.Value, activities: [MANIFEST] });
    return { status: 200, body: { ShipmentResponse: { Response: OK, ShipmentResults: resultsOf(trackingNumber) } } };
  }

  function recover({ body }: Call): Answer {
    const { TrackingNumber, ReferenceValues } = body.LabelRecoveryRequest;
    const reference = ReferenceValues?.ReferenceNumber?.Value;
    const found = sold.find((one) => one.trackingNumber === TrackingNumber || one.reference === reference);
    if (!found) return refused(400, '300102', 'No label found for the given number.');
    const { trackingNumber } = found;
    const LabelImage = { LabelImageFormat: { Code: 'PDF' }, GraphicImage: PDF };
    return {
      status: 200,
      body: {
        LabelRecoveryResponse: {
          ...{ Response: OK, ShipmentIdentificationNumber: trackingNumber },
          LabelResults: [{ TrackingNumber: trackingNumber, LabelImage }],
        },
      },
    };
  }

  function cancel({ params }: Call): Answer {
    const found = sold.find(({ trackingNumber }) => trackingNumber === params.shipmentidentificationnumber);
    if (!found || found.isVoided || found.activities.length > 1)
      return refused(400, '190102', 'No shipment found within the allowed void period');
    found.isVoided = true;
    found.activities.push(['MV', 'VP', 'Shipment Canceled']);
    const SummaryResult = { Status: { Code: '1', Description: 'Voided' } };
    return { status: 200, body: { VoidShipmentResponse: { Response: OK, SummaryResult } } };
  }

  function track({ params }: Call): Answer {
    const found = sold.find(({ trackingNumber }) => trackingNumber === params.inquiryNumber);
    if (!found)
      return { status: 404, body: { errors: [{ code: 'TW0001', message: 'Tracking Information Not Found' }] } };
    const activity = found.activities.map(toActivity).reverse();
    const parcel = { trackingNumber: found.trackingNumber, activity };
    const shipment = [{ inquiryNumber: found.trackingNumber, package: [parcel] }];
    return { status: 200, body: { trackResponse: { shipment } } };
  }

  const server = await openContractServer({
    contracts: readUpsContracts(),
    answers: {
      CreateToken: token,
      Rate: rate,
      TimeInTransit: transit,
      Shipment: ship,
      LabelRecovery: recover,
      VoidShipment: cancel,
      getSingleTrackResponseUsingGET: track,
    },
    refuse: ({ path, headers }) =>
      path.startsWith('/api') && !tokens.has(headers.authorization?.replace('Bearer ', '') ?? '')
        ? refused(401, '250002', 'Invalid Authentication Information.')
        : null,
  });
  return {
    ...{ server, sold, url: server.url },
    /** All tokens end before their time. */
    endTokens: () => tokens.clear(),
    async advance(trackingNumber: string) {
      const found = sold.find((one) => one.trackingNumber === trackingNumber);
      found?.activities.push(STEPS[found.activities.length - 1] ?? STEPS[3]);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const MANIFEST = ['M', 'MP', 'Shipper created a label, UPS has not received the package yet.'] as const;

const resultsOf = (trackingNumber: string) => ({
  ShipmentCharges: {
    ...{ TransportationCharges: usd('11.40'), ServiceOptionsCharges: usd('0.00'), TotalCharges: usd('11.40') },
  },
  NegotiatedRateCharges: { TotalCharge: usd('9.12') },
  // Eight characters, says the contract.
  BillingWeight: { ...billed, Weight: '000003.0' },
  ShipmentIdentificationNumber: trackingNumber,
  PackageResults: [
    { TrackingNumber: trackingNumber, ShippingLabel: { ImageFormat: { Code: 'GIF' }, GraphicImage: GIF } },
  ],
});

function toActivity([type, code, description]: readonly [string, string, string], index: number) {
  const time = String(8 + index).padStart(2, '0');
  return {
    ...{ date: '20260302', time: `${time}3000`, gmtDate: '20260302', gmtTime: `${8 + index}:30:00` },
    status: { type, code, description },
    location: { address: { city: 'LOS ANGELES', stateProvince: 'CA', country: 'US' } },
  };
}

function rate({ params, body }: Call): Answer {
  const { CountryCode } = body.RateRequest.Shipment.ShipTo.Address;
  if (params.requestoption !== 'Shop' || CountryCode !== 'US')
    return refused(400, '111210', 'The requested service is unavailable between the selected locations.');
  const rated = (code: string, full: string, negotiated?: string) => ({
    ...{ Service: { Code: code }, BillingWeight: billed, RatedPackage: [{}], RatedShipmentAlert: [] },
    ...{ TransportationCharges: usd(full), ServiceOptionsCharges: usd('0.00'), TotalCharges: usd(full) },
    ...(negotiated && { NegotiatedRateCharges: { TotalCharge: usd(negotiated) } }),
  });
  const RatedShipment = [rated('03', '11.40', '9.12'), rated('01', '48.00')];
  return { status: 200, body: { RateResponse: { Response: OK, RatedShipment } } };
}

function transit({ body }: Call): Answer {
  const service = (serviceLevel: string, serviceLevelDescription: string, days: number) => ({
    ...{ serviceLevel, serviceLevelDescription, shipDate: '2026-03-02', deliveryDate: '2026-03-05' },
    ...{ commitTime: '23:00:00', deliveryTime: '23:00:00', deliveryDayOfWeek: 'THU', nextDayPickupIndicator: '0' },
    ...{ saturdayPickupIndicator: '0', saturdayDeliveryIndicator: '', guaranteeIndicator: '0', totalTransitDays: days },
    ...{ businessTransitDays: days, restDaysCount: 0, holidayCount: 0, delayCount: 0, pickupDate: '2026-03-02' },
    ...{ pickupTime: '19:00:00', cstccutoffTime: '15:00:00' },
  });
  return {
    status: 200,
    body: {
      emsResponse: {
        ...{ shipDate: '20260302', shipTime: '', serviceLevel: 'A', billType: '03', residentialIndicator: '01' },
        ...{ destinationCountryName: 'UNITED STATES', destinationCountryCode: body.destinationCountryCode },
        ...{ originCountryName: 'UNITED STATES', originCountryCode: body.originCountryCode },
        ...{ guaranteeSuspended: false, numberOfServices: 2 },
        services: [service('GND', 'UPS Ground', 3), service('1DA', 'UPS Next Day Air', 1)],
      },
    },
  };
}
