import { readableOwners } from '@cartograph/kernel/viewer';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { SavedMethodStore } from '../ports.ts';

export const createSavedMethodStore = (prisma: PrismaClient): SavedMethodStore => ({
  async findByCustomerIds(viewer, customerIds) {
    const owned = readableOwners(viewer);
    return prisma.savedMethod.findMany({
      where: { customerId: { in: customerIds.filter((id) => !owned || owned.includes(id)) } },
      orderBy: { id: 'desc' },
    });
  },
  async save(method) {
    const { customerId, provider, providerToken } = method;
    const unique = { customerId_provider_providerToken: { customerId, provider, providerToken } };
    const { brand, last4, expMonth, expYear } = method;
    const saved = await prisma.savedMethod.upsert({
      where: unique,
      create: method,
      update: { brand, last4, expMonth, expYear },
    });
    return saved;
  },
  async find(viewer, id) {
    const owned = readableOwners(viewer);
    return prisma.savedMethod.findFirst({ where: { id, ...(owned && { customerId: { in: [...owned] } }) } });
  },
  async remove(id) {
    await prisma.savedMethod.deleteMany({ where: { id } });
  },
});
