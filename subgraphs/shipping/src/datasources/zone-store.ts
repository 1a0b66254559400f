import { isId } from '@cartograph/kernel/id';
import { toPage } from '@cartograph/kernel/page';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { Area } from '../domain/method.ts';
import type { ZoneStore } from '../ports.ts';

const UNIQUE_VIOLATION = 'P2002';
const everywhere = '*';

export const createZoneStore = (prisma: PrismaClient): ZoneStore => ({
  findByIds: (ids) => prisma.zone.findMany({ where: { id: { in: [...ids] } }, select: { id: true, name: true } }),

  async list({ limit, after }) {
    const [name] = (after ?? []) as string[];
    const rows = await prisma.zone.findMany({
      ...(name !== undefined && { where: { name: { gt: name } } }),
      orderBy: { name: 'asc' },
      take: limit + 1,
    });
    return toPage(rows, limit);
  },

  async areasOf(zoneIds) {
    const rows = await prisma.zoneArea.findMany({
      where: { zoneId: { in: [...zoneIds] } },
      orderBy: [{ countryCode: 'asc' }, { id: 'asc' }],
    });
    return rows.map(({ zoneId, countryCode, region, postalPrefix }) => ({
      zoneId,
      countryCode: countryCode === everywhere ? null : countryCode,
      region,
      postalPrefix,
    }));
  },

  async save({ id, name }, areas, isNew, now) {
    if (!isId('ShippingZone', id)) return 'absent';
    // In one order, so that of two zones that claim the same areas one waits for the other, and not each for the other.
    const rows = areas
      .map((area) => ({ ...area, zoneId: id, countryCode: area.countryCode ?? everywhere }))
      .sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
    try {
      return await prisma.$transaction(async (tx) => {
        if (isNew) await tx.zone.create({ data: { id, name, createdAt: now } });
        else {
          const { count } = await tx.zone.updateMany({ where: { id }, data: { name } });
          if (count === 0) return 'absent';
        }
        await tx.zoneArea.deleteMany({ where: { zoneId: id } });
        const taken = await firstTaken(tx, areas);
        if (taken) return Promise.reject(new AreaTaken(taken));
        await tx.zoneArea.createMany({ data: rows });
        return 'saved';
      });
    } catch (error) {
      if (error instanceof AreaTaken) return { taken: error.area };
      if ((error as { code?: string }).code !== UNIQUE_VIOLATION) throw error;
      // Two who save at once: whoever comes second meets the first one's areas or name.
      const taken = await firstTaken(prisma, areas, id);
      return taken ? { taken } : 'name-taken';
    }
  },
});

const placeOf = ({ countryCode, region, postalPrefix }: Area): string =>
  JSON.stringify([countryCode, region, postalPrefix]);

/** Rolls the transaction back; never leaves this file. */
class AreaTaken extends Error {
  readonly area: Area;
  constructor(area: Area) {
    super('area taken');
    this.area = area;
  }
}

async function firstTaken(prisma: Pick<PrismaClient, 'zoneArea'>, areas: readonly Area[], exceptZone?: string) {
  const found = await prisma.zoneArea.findFirst({
    where: {
      OR: areas.map((area) => ({ ...area, countryCode: area.countryCode ?? everywhere })),
      ...(exceptZone && { NOT: { zoneId: exceptZone } }),
    },
  });
  return found && areas.find((area) => same(area, found));
}

const same = (area: Area, row: { countryCode: string; region: string | null; postalPrefix: string | null }): boolean =>
  (area.countryCode ?? everywhere) === row.countryCode &&
  area.region === row.region &&
  area.postalPrefix === row.postalPrefix;
