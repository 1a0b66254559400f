import { codeOf } from '@cartograph/kernel/errors';
import type { CarrierRate, RateRequest } from '../../ports.ts';
import { type UpsClient, UpsRefusal } from './client.ts';
import { chargeOf, serviceOfLevel, toAddress, toLines, toWeight } from './mapping.ts';

/** What UPS charges from door to door for all its services, with how long each takes where UPS says so. */
export async function ratesOf(
  client: UpsClient,
  account: string,
  request: RateRequest,
): Promise<readonly CarrierRate[]> {
  const [rated, days] = await Promise.all([shop(client, account, request), daysOf(client, request)]);
  return rated.flatMap((one) => {
    const price = chargeOf(one);
    const service = one.Service.Code;
    return price ? [{ service, price, businessDays: days.get(service) ?? null }] : [];
  });
}

type Rated = Parameters<typeof chargeOf>[0] & { readonly Service: { readonly Code: string } };

async function shop(
  client: UpsClient,
  account: string,
  { from, to, weightGrams }: RateRequest,
): Promise<readonly Rated[]> {
  // A price is for a place, whatever the street.
  const [sender, receiver] = [from, to].map((one) => toAddress(one, toLines(one) ?? []));
  const body = {
    RateRequest: {
      Request: { RequestOption: 'Shop' },
      Shipment: {
        Shipper: { ShipperNumber: account, Address: sender },
        ShipTo: { Address: receiver },
        ShipFrom: { Address: sender },
        ShipmentRatingOptions: { NegotiatedRatesIndicator: '' },
        Package: [{ PackagingType: { Code: '02' }, PackageWeight: toWeight(weightGrams, from.countryCode) }],
      },
    },
  };
  try {
    const answer = await client.send({ method: 'POST', path: '/rating/v2409/Shop', body, mayRepeat: true });
    return answer.RateResponse.RatedShipment;
  } catch (error) {
    // There is no service from here to there.
    if (error instanceof UpsRefusal && error.status === 400) return [];
    throw error;
  }
}

/** Business days by service. Prices without them are still prices, so an answer that does not come is not waited for. */
async function daysOf(client: UpsClient, { from, to, weightGrams }: RateRequest): Promise<ReadonlyMap<string, number>> {
  const { UnitOfMeasurement, Weight } = toWeight(weightGrams, from.countryCode);
  const body = {
    ...{ originCountryCode: from.countryCode, destinationCountryCode: to.countryCode },
    ...(from.postalCode && { originPostalCode: from.postalCode.slice(0, 10) }),
    ...(to.postalCode && { destinationPostalCode: to.postalCode.slice(0, 10) }),
    ...{ weight: Number(Weight), weightUnitOfMeasure: UnitOfMeasurement.Code },
    // To a home, which takes no shorter than to a business.
    ...{ residentialIndicator: '01', numberOfPackages: 1 },
  };
  try {
    const answer = await client.send({ method: 'POST', path: '/shipments/v1/transittimes', body, mayRepeat: true });
    const services: readonly { serviceLevel: string; businessTransitDays: number }[] =
      answer.emsResponse?.services ?? [];
    return new Map(
      services.flatMap(({ serviceLevel, businessTransitDays }) => {
        const service = serviceOfLevel(serviceLevel);
        return service ? [[service, businessTransitDays] as const] : [];
      }),
    );
  } catch (error) {
    if (error instanceof UpsRefusal || codeOf(error)) return new Map();
    throw error;
  }
}
