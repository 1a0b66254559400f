import type { PostalAddress } from '@cartograph/kernel/postal-address';
import type { InputIssue } from '@cartograph/kernel/refusal';
import { optionalTextIssues, textIssues } from './text-issues.ts';
import type { WarehouseChanges } from './warehouse.ts';

const MAX_PRIORITY = 1_000_000;
const REQUIRED = ['name', 'line1', 'city'] as const;
const OPTIONAL = ['company', 'line2', 'region', 'postalCode', 'phone'] as const;

export function warehouseIssues({ name, address, priority }: WarehouseChanges): readonly InputIssue[] {
  const issues = [...optionalTextIssues('name', name), ...(address ? addressIssues(address) : [])];
  if (priority !== undefined && (priority < 0 || priority > MAX_PRIORITY))
    issues.push({ path: ['priority'], message: `It must be from 0 to ${MAX_PRIORITY}.` });
  return issues;
}

const addressIssues = (address: PostalAddress): readonly InputIssue[] => [
  ...REQUIRED.flatMap((field) => textIssues(['address', field], address[field])),
  ...OPTIONAL.flatMap((field) => optionalTextIssues(['address', field], address[field])),
];
