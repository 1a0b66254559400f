import type { StaffRole } from '@cartograph/kernel/viewer';

export interface StaffMember {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  /** Empty: may not sign in. */
  readonly roles: readonly StaffRole[];
  readonly createdAt: Date;
}
