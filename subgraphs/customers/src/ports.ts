import type { Page, PageRequest } from '@cartograph/kernel/page';
import type { PostalAddress } from '@cartograph/kernel/postal-address';
import type { StaffRole, Viewer } from '@cartograph/kernel/viewer';
import type { Address, AddressUse } from './domain/address.ts';
import type { CustomerGroup, Segment } from './domain/audience.ts';
import type { Consent, ConsentRecord } from './domain/consent.ts';
import type { CheckoutCustomer, Customer, CustomerChange } from './domain/customer.ts';
import type { DueNotification, NewNotification, Notification, NotificationFilter } from './domain/notification.ts';
import type { NewOneTimeToken, TokenPurpose } from './domain/one-time-token.ts';
import type { QuietHours } from './domain/quiet-hours.ts';
import type { AccountKind, EndReason, Login, NewRefreshToken, NewSession } from './domain/session.ts';
import type { StaffMember } from './domain/staff.ts';
import type { Shop } from './domain/template.ts';
import type { Mailer, SmsSender } from './ports/senders.ts';
import type { SyncPorts } from './ports/sync.ts';
import type { TextReplies } from './ports/text-replies.ts';

export interface CustomerFilter {
  /** Folded words, all of which must occur. */
  readonly words?: readonly string[];
}

/** Customers, read as the viewer: what is not theirs, or erased, reads as absent. */
export interface Customers {
  findByIds(viewer: Viewer, ids: readonly string[]): Promise<readonly Customer[]>;
  list(viewer: Viewer, filter: CustomerFilter, page: PageRequest): Promise<Page<Customer>>;
  checkout(ids: readonly string[]): Promise<readonly CheckoutCustomer[]>;
  change(id: string, change: CustomerChange, now: Date): Promise<Customer | null>;
}

export interface NewAddress {
  readonly id: string;
  readonly customerId: string;
  readonly address: PostalAddress;
  readonly defaultFor: readonly AddressUse[];
  /** Of the whole input: tells a retry from another address with the same id. */
  readonly inputDigest: string;
}

export interface Addresses {
  findByIds(viewer: Viewer, ids: readonly string[]): Promise<readonly Address[]>;
  /** One page of each customer's book. */
  pages(viewer: Viewer, customerIds: readonly string[], page: PageRequest): Promise<ReadonlyMap<string, Page<Address>>>;
  add(address: NewAddress, now: Date): Promise<'added' | 'same' | 'taken' | 'full'>;
  replace(customerId: string, id: string, address: PostalAddress, now: Date): Promise<boolean>;
  remove(customerId: string, id: string): Promise<boolean>;
  setDefault(customerId: string, id: string, uses: readonly AddressUse[], now: Date): Promise<boolean>;
}

export interface Consents {
  byCustomer(viewer: Viewer, customerIds: readonly string[]): Promise<ReadonlyMap<string, readonly Consent[]>>;
  history(
    viewer: Viewer,
    customerIds: readonly string[],
    page: PageRequest,
  ): Promise<ReadonlyMap<string, Page<ConsentRecord>>>;
  /** Adds to the history, unless the decision stands already. */
  record(customerId: string, decision: ConsentRecord): Promise<void>;
}

export interface Groups {
  findByIds(viewer: Viewer, ids: readonly string[]): Promise<readonly CustomerGroup[]>;
  list(page: PageRequest): Promise<Page<CustomerGroup>>;
  byCustomer(viewer: Viewer, customerIds: readonly string[]): Promise<ReadonlyMap<string, readonly CustomerGroup[]>>;
  members(groupIds: readonly string[], page: PageRequest): Promise<ReadonlyMap<string, Page<Customer>>>;
  create(group: CustomerGroup): Promise<'created' | 'taken' | 'full'>;
  remove(id: string): Promise<boolean>;
  changeMembers(
    id: string,
    change: { readonly add: readonly string[]; readonly remove: readonly string[] },
    now: Date,
  ): Promise<{ readonly group: CustomerGroup; readonly added: number; readonly removed: number } | null>;
}

export interface Segments {
  findByIds(viewer: Viewer, ids: readonly string[]): Promise<readonly Segment[]>;
  list(page: PageRequest): Promise<Page<Segment>>;
  byCustomer(viewer: Viewer, customerIds: readonly string[]): Promise<ReadonlyMap<string, readonly Segment[]>>;
  members(segmentIds: readonly string[], page: PageRequest): Promise<ReadonlyMap<string, Page<Customer>>>;
  create(segment: Segment): Promise<'created' | 'full'>;
  remove(id: string): Promise<boolean>;
}

export interface Registration {
  readonly customer: Customer;
  readonly passwordHash: string;
  readonly consents: readonly ConsentRecord[];
  readonly session: NewSession;
  readonly verification: NewOneTimeToken;
  readonly notification: NewNotification;
}

/** Accounts and what proves them. */
export interface Accounts {
  findLogin(kind: AccountKind, email: string): Promise<Login | null>;
  findLoginById(accountId: string): Promise<Login | null>;
  /** False when the e-mail address has an account. All of it happens, or nothing. */
  register(registration: Registration): Promise<boolean>;
  /** Replaces the hash unless the password was changed meanwhile. */
  rehash(accountId: string, oldHash: string, newHash: string): Promise<void>;
  /** Ends all sessions and begins this one; false when the password was changed meanwhile. */
  changePassword(session: NewSession, oldHash: string, newHash: string): Promise<boolean>;
}

export type RefreshOutcome =
  | { readonly kind: 'ended' }
  | {
      readonly kind: 'next';
      readonly accountId: string;
      readonly guestId: string | null;
      /** With the old token it makes the next one. */
      readonly salt: string;
      readonly expiresAt: Date;
    };

export interface RefreshRequest {
  readonly hash: string;
  readonly now: Date;
  /** The next token's own salt and lifetime, when there is to be a new one; its hash follows from the old salt. */
  readonly next: Pick<NewRefreshToken, 'salt' | 'expiresAt'>;
  readonly hashOfNext: (salt: string) => string;
}

export interface Sessions {
  open(session: NewSession): Promise<void>;
  refresh(request: RefreshRequest): Promise<RefreshOutcome>;
  endByToken(hash: string, now: Date): Promise<void>;
  endAll(accountId: string, reason: EndReason, now: Date): Promise<number>;
}

export interface OneTimeTokens {
  /** One that still opens something. */
  find(id: string, purposes: readonly TokenPurpose[], now: Date): Promise<NewOneTimeToken | null>;
  /** Stores token and mail together, unless the mail's key is known. */
  issue(token: NewOneTimeToken, notification: NewNotification): Promise<void>;
  /** Uses the token up, sets the password, ends all sessions and begins this one; false when it was used up already. */
  resetPassword(token: NewOneTimeToken, passwordHash: string, session: NewSession): Promise<boolean>;
  /** Marks the address as verified; null when the token opens nothing. */
  verifyEmail(id: string, now: Date): Promise<Customer | null>;
}

export interface StaffMembers {
  findById(id: string): Promise<StaffMember | null>;
  list(page: PageRequest): Promise<Page<StaffMember>>;
  /** False when the address has a staff account. */
  invite(staff: StaffMember, token: NewOneTimeToken, notification: NewNotification): Promise<boolean>;
  assignRoles(id: string, roles: readonly StaffRole[], now: Date): Promise<StaffMember | 'absent' | 'last-admin'>;
}

export interface Attempts {
  /** Counts one attempt; false when there were too many in this window. */
  take(subject: string, limit: { readonly most: number; readonly seconds: number }, now: Date): Promise<boolean>;
  clear(subject: string): Promise<void>;
}

export interface Notifications {
  /** Once per key; a customer who was erased gets none. */
  add(notification: NewNotification): Promise<void>;
  list(viewer: Viewer, filter: NotificationFilter, page: PageRequest): Promise<Page<Notification>>;
  /** One that was given up is due now, for one more attempt; any other stays as it is. Null when there is none. */
  resend(id: string, now: Date): Promise<Notification | null>;
  /** Takes what is due for a minute, so that no other process sends it meanwhile. */
  takeDue(now: Date, limit: number): Promise<readonly DueNotification[]>;
  markSent(id: string, providerId: string, now: Date): Promise<void>;
  /** Tried again after `retryAt`; given up when that is null. */
  markFailed(id: string, error: string, retryAt: Date | null): Promise<void>;
  /** Puts it off, which is no attempt. */
  postpone(id: string, until: Date): Promise<void>;
  /** It never goes; the reason stays with it. */
  cancel(id: string, reason: string): Promise<void>;
  /** One event of a provider, once. */
  markDelivery(eventId: string, id: string, status: 'SENT' | 'DELIVERED' | 'BOUNCED', now: Date): Promise<void>;
  /** Overwrites what was written to an erased customer. */
  blank(customerId: string): Promise<void>;
}

export interface PasswordResetRequest {
  readonly eventId: string;
  readonly tokenId: string;
  readonly email: string;
  readonly account: AccountKind;
}

export interface Requests {
  /** Stored whether or not the address has an account, so that the answer takes as long. */
  passwordReset(request: PasswordResetRequest): Promise<void>;
}

export interface Privacy {
  /** A JSON-ready copy of everything about a customer. */
  collect(customerId: string): Promise<object | null>;
  /** Overwrites and deletes in one transaction, together with the event that tells of it. */
  erase(
    customerId: string,
    event: { readonly id: string; readonly emailSubjects: readonly string[] },
    now: Date,
  ): Promise<boolean>;
}

export interface Maintenance {
  /** Removes what has run out and serves no record any more. */
  sweep(now: Date): Promise<void>;
}

/** Password hashing. */
export interface Passwords {
  hash(password: string): Promise<string>;
  /** Takes as long when there is no hash. */
  verify(password: string, hash: string | null): Promise<boolean>;
  /** True for a hash of another cost than new ones get. */
  isOutdated(hash: string): boolean;
}

/** Tokens that only their holder and we can make. */
export interface Secrets {
  newRefreshToken(): { readonly token: string; readonly hash: string; readonly salt: string };
  newSalt(): string;
  nextRefreshToken(token: string, salt: string): string;
  hash(text: string): string;
  /** An id with a MAC, as it goes into a mail. */
  seal(id: string): string;
  unseal(token: string): string | null;
}

/** Seconds that each kind of token lives; `session` is all refreshes together. */
export interface TokenLifetimes {
  readonly accessSeconds: number;
  readonly guestSeconds: number;
  readonly refreshSeconds: number;
  readonly sessionSeconds: number;
}

export interface AccessTokens extends TokenLifetimes {
  issue(viewer: Viewer, lifetimeSeconds: number): Promise<string>;
}

/** What is passed on behind the answer: what requests noted, messages, and news for CRM and marketing tools. */
export type JobName = 'events' | 'messages' | 'receivers';

export interface Ports extends SyncPorts {
  readonly customers: Customers;
  readonly addresses: Addresses;
  readonly consents: Consents;
  readonly groups: Groups;
  readonly segments: Segments;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly oneTimeTokens: OneTimeTokens;
  readonly staff: StaffMembers;
  readonly attempts: Attempts;
  readonly notifications: Notifications;
  readonly requests: Requests;
  readonly privacy: Privacy;
  readonly maintenance: Maintenance;
  readonly passwords: Passwords;
  readonly secrets: Secrets;
  readonly accessTokens: AccessTokens;
  readonly mailer: Mailer;
  readonly sms: SmsSender;
  readonly textReplies: TextReplies;
  /** Null: phones may ring at any time. */
  readonly quietHours: QuietHours | null;
  readonly shop: Shop;
  readonly newId: <T extends string>(type: T) => `${T}:${string}`;
  readonly clock: () => Date;
  /** Something was stored that a job takes up: it need not wait for its turn. All jobs look, unless one is named. */
  readonly wake: (only?: JobName) => void;
}
