import { describe, expect, it } from 'vitest';
import { sendFailureOf } from '../src/domain/send-failure.ts';
import type { Mailer, OutgoingMail } from '../src/ports/senders.ts';

export const FROM = 'Möbel & Co <shop@example.com>';
export const MAIL: OutgoingMail = {
  id: 'Notification:01JDEM0MA00000000000000000',
  to: 'ada@example.com',
  subject: 'Ihre Bestellung für Zoë ist unterwegs 🚚',
  text: 'Viele Grüße\n.\nMöbel & Co\n',
  html: '<!doctype html><p>Viele Grüße</p>',
  locale: 'de',
};

export interface ArrivedMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface MailerWorld extends AsyncDisposable {
  readonly mailer: Mailer;
  /** What has arrived at the provider. */
  arrived(): Promise<readonly ArrivedMail[]>;
  /** Where a provider can be out of reach, busy, or lose an answer. */
  readonly faults?: {
    /** An address that is refused for good. */
    readonly refused: string;
    /** An address, or a fault that was planned for the next mail to any. */
    losesAnswer(): string;
    hangsAfterEffect(): string;
    isBusy(): string;
    /** The same mailer, with nobody at the other end. */
    readonly away: Mailer;
  };
  /** How many of two sends with one id arrive: one where the provider knows the id again. */
  readonly ofTwo: 1 | 2;
}

const failure = (sent: Promise<string>) =>
  sent.then(
    () => 'sent',
    (error: unknown) => sendFailureOf(error) ?? 'unmarked',
  );

/** What every mailer must keep to. */
export function describeMailer(name: string, open: () => Promise<MailerWorld>): void {
  describe(`the mailer ${name}`, () => {
    it('brings a mail over as it was written, and says what the provider calls it', async () => {
      await using world = await open();
      expect(await world.mailer.send(MAIL)).toMatch(/\S/);
      const mails = await world.arrived();
      expect(mails).toHaveLength(1);
      const { to, subject, text, html } = mails[0] as ArrivedMail;
      expect([to, subject, html.trim()]).toEqual([MAIL.to, MAIL.subject, MAIL.html]);
      expect(text.replaceAll('\r\n', '\n').trim()).toBe(MAIL.text.trim());
    });

    it('is sent twice: what then arrives is as documented', async () => {
      await using world = await open();
      await world.mailer.send(MAIL);
      await world.mailer.send(MAIL);
      expect(await world.arrived()).toHaveLength(world.ofTwo);
    });

    it('tells apart what is refused for good, what was not sent, and what perhaps was', async () => {
      await using world = await open();
      const { mailer, faults } = world;
      if (!faults) return expect(world.ofTwo).toBe(1);
      expect(await failure(mailer.send({ ...MAIL, to: faults.refused }))).toBe('undeliverable');
      expect(await failure(mailer.send({ ...MAIL, id: 'Notification:2', to: faults.isBusy() }))).toBe('not-sent');
      expect(await failure(faults.away.send(MAIL))).toBe('not-sent');
      expect(await world.arrived()).toHaveLength(0);
      for (const [index, fault] of [faults.losesAnswer, faults.hangsAfterEffect].entries()) {
        const id = `Notification:perhaps-${index}`;
        // Sent nothing would let another sender send it, too.
        expect(await failure(mailer.send({ ...MAIL, id, to: fault() }))).toMatch(/^(perhaps-sent|unmarked)$/);
        expect(await world.arrived()).toHaveLength(index + 1);
      }
    });
  });
}
