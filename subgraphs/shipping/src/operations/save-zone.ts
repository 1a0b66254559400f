import { type InputIssue, type InvalidInput, invalidInput, type NotFound, notFound } from '@cartograph/kernel/refusal';
import { plainPostalCode, plainRegion } from '../domain/destination.ts';
import type { Area, Zone } from '../domain/method.ts';
import { textIssue } from '../domain/text-issue.ts';
import type { Ports } from '../ports.ts';

export interface SaveZoneInput {
  readonly id?: string | null | undefined;
  readonly name: string;
  readonly areas: readonly {
    readonly countryCode?: string | null | undefined;
    readonly region?: string | null | undefined;
    readonly postalPrefix?: string | null | undefined;
  }[];
}

export type SaveZoneOutcome =
  | { readonly kind: 'SaveShippingZoneSuccess'; readonly zone: Zone }
  | InvalidInput
  | NotFound;

const MAX_AREAS = 300;

/** Adds a zone, or replaces the areas of one. */
export const saveShippingZone =
  ({ zones, newId, clock }: Pick<Ports, 'zones' | 'newId' | 'clock'>) =>
  async (input: SaveZoneInput): Promise<SaveZoneOutcome> => {
    const areas: Area[] = input.areas.map(({ countryCode, region, postalPrefix }) => ({
      countryCode: countryCode ?? null,
      region: plainRegion(region),
      postalPrefix: plainPostalCode(postalPrefix),
    }));
    const issues = [...textIssue(['name'], input.name, { max: 80 }), ...areaIssues(areas)];
    if (issues.length > 0) return invalidInput(issues);
    const zone = { id: input.id ?? newId('ShippingZone'), name: input.name.trim() };
    const saved = await zones.save(zone, areas, input.id == null, clock());
    if (saved === 'saved') return { kind: 'SaveShippingZoneSuccess', zone };
    if (saved === 'absent') return notFound('zone');
    if (saved === 'name-taken') return invalidInput([{ path: ['name'], message: 'Another zone has this name.' }]);
    const index = areas.findIndex((area) => keyOf(area) === keyOf(saved.taken));
    return invalidInput([
      { path: ['areas', String(index)], message: 'Belongs to another zone. Remove it there first.' },
    ]);
  };

function areaIssues(areas: readonly Area[]): readonly InputIssue[] {
  if (areas.length < 1 || areas.length > MAX_AREAS)
    return [{ path: ['areas'], message: `Must have from 1 to ${MAX_AREAS} areas.` }];
  const seen = new Set<string>();
  return areas.flatMap((area, n): InputIssue[] => {
    const path = ['areas', String(n)];
    const again = seen.has(keyOf(area));
    seen.add(keyOf(area));
    if (again) return [{ path, message: 'Is there twice.' }];
    if (area.countryCode === null && (area.region !== null || area.postalPrefix !== null))
      return [{ path, message: 'A region or postal prefix needs its country.' }];
    if ((area.postalPrefix?.length ?? 0) > 10) return [{ path, message: 'A postal prefix has at most 10 characters.' }];
    return area.region === null ? [] : textIssue([...path, 'region'], area.region, { max: 80 });
  });
}

const keyOf = ({ countryCode, region, postalPrefix }: Area): string =>
  JSON.stringify([countryCode, region, postalPrefix]);
