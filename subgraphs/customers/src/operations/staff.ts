import { type InvalidInput, type NotFound, notFound } from '@cartograph/kernel/refusal';
import type { StaffRole } from '@cartograph/kernel/viewer';
import { readName } from '../domain/customer.ts';
import { normalizeEmail } from '../domain/email.ts';
import { newOneTimeToken } from '../domain/one-time-token.ts';
import { createInputReader, emailTaken, invalidInput, lastAdministrator, type Refusal } from '../domain/outcome.ts';
import type { StaffMember } from '../domain/staff.ts';
import type { Ports } from '../ports.ts';
import { composeMail } from './compose-notification.ts';

export interface InviteStaffInput {
  readonly email: string;
  readonly name: string;
  readonly roles: readonly StaffRole[];
}

export type InviteStaffOutcome =
  | { readonly kind: 'InviteStaffSuccess'; readonly staff: StaffMember }
  | Refusal<'EmailTaken'>
  | InvalidInput;

export const inviteStaff =
  (ports: Ports) =>
  async (input: InviteStaffInput): Promise<InviteStaffOutcome> => {
    const reader = createInputReader();
    const email = normalizeEmail(input.email);
    if (!email) reader.add(['email'], '"email" must be an e-mail address such as ada@example.com.');
    const name = reader.read(['name'], () => readName(input.name));
    if (input.roles.length === 0) reader.add(['roles'], '"roles" must name at least one role.');
    if (reader.issues.length > 0 || !email || !name) return invalidInput(reader.issues);
    const createdAt = ports.clock();
    const staff: StaffMember = { id: ports.newId('Staff'), email, name, roles: [...new Set(input.roles)], createdAt };
    const token = newOneTimeToken(ports.newId('Link'), staff.id, 'ACCEPT_INVITATION', createdAt);
    const mail = composeMail(ports, {
      key: `staff-invite:${token.id}`,
      template: 'staff-invite',
      to: email,
      customerId: null,
      locale: 'en',
      data: { tokenId: token.id, name },
    });
    if (!(await ports.staff.invite(staff, token, mail))) return emailTaken();
    ports.wake('messages');
    return { kind: 'InviteStaffSuccess', staff };
  };

export interface AssignRolesInput {
  readonly staffId: string;
  readonly roles: readonly StaffRole[];
}

export type AssignRolesOutcome =
  | { readonly kind: 'AssignRolesSuccess'; readonly staff: StaffMember }
  | NotFound
  | Refusal<'LastAdministrator'>;

export const assignRoles =
  (ports: Ports) =>
  async ({ staffId, roles }: AssignRolesInput): Promise<AssignRolesOutcome> => {
    const assigned = await ports.staff.assignRoles(staffId, [...new Set(roles)], ports.clock());
    if (assigned === 'absent') return notFound('member of staff');
    return assigned === 'last-admin' ? lastAdministrator() : { kind: 'AssignRolesSuccess', staff: assigned };
  };
