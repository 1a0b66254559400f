import { money } from '@cartograph/kernel/money';
import type { CustomerOrder, SyncedCustomer } from '../src/domain/sync.ts';

export const ADA: SyncedCustomer = {
  id: 'Customer:01JDEM0ADA0000000000000000',
  email: 'ada@example.com',
  name: 'Ada King Lovelace',
  phone: '+4930777',
  locale: 'de-DE',
  createdAt: new Date('2026-01-01T00:00:00Z'),
  agreed: ['EMAIL', 'MARKETING'],
  history: {
    count: 3,
    spent: [money(3998, 'EUR'), money(500, 'JPY')],
    last: { number: '1001', status: 'CONFIRMED', placedAt: new Date('2026-01-31T12:00:00Z') },
  },
};

export const ADAS_ORDER: CustomerOrder = {
  id: 'Order:01JDEM0RD00000000000000000',
  customerId: ADA.id,
  number: '1001',
  status: 'CONFIRMED',
  total: money(3998, 'EUR'),
  lines: [{ sku: 'TEA', title: 'Tea & <biscuits>', quantity: 2, unitPrice: money(1999, 'EUR') }],
  placedAt: new Date('2026-01-31T12:00:00Z'),
  statusAt: new Date('2026-01-31T12:00:01Z'),
};
