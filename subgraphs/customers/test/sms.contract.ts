import { describe, expect, it } from 'vitest';
import { sendFailureOf } from '../src/domain/send-failure.ts';
import type { OutgoingSms, SmsSender } from '../src/ports/senders.ts';

export const SMS: OutgoingSms = {
  id: 'Notification:01JDEM0SMS0000000000000000',
  to: '+491701234567',
  text: 'Möbel & Co: Ihre Bestellung 1001 ist unterwegs. https://carrier.test/1',
  locale: 'de',
  perhapsSentSince: null,
};

export interface ArrivedSms {
  readonly to: string;
  readonly text: string;
}

export interface SmsWorld extends AsyncDisposable {
  readonly sms: SmsSender;
  arrived(): Promise<readonly ArrivedSms[]>;
  readonly faults?: {
    /** A number that is refused for good. */
    readonly refused: string;
    losesAnswer(): void;
    hangsAfterEffect(): void;
    isBusy(): void;
    readonly away: SmsSender;
  };
  /** How many arrive of a message whose sender does not know that it was sent before. */
  readonly ofTwo: 1 | 2;
  /** How many arrive when it is told that it may have been sent. */
  readonly ofTwoWhenTold: 1 | 2;
}

const failure = (sent: Promise<string>) =>
  sent.then(
    () => 'sent',
    (error: unknown) => sendFailureOf(error) ?? 'unmarked',
  );

/** What every sender to phones must keep to. */
export function describeSms(name: string, open: () => Promise<SmsWorld>): void {
  describe(`the text sender ${name}`, () => {
    it('brings a message over as it was written, and says what the provider calls it', async () => {
      await using world = await open();
      expect(await world.sms.send(SMS)).toMatch(/\S/);
      expect(await world.arrived()).toEqual([{ to: SMS.to, text: SMS.text }]);
    });

    it('is sent twice: what then arrives is as documented', async () => {
      await using world = await open();
      await world.sms.send(SMS);
      await world.sms.send(SMS);
      expect(await world.arrived()).toHaveLength(world.ofTwo);
      await using other = await open();
      const first = await other.sms.send(SMS);
      const again = { ...SMS, perhapsSentSince: new Date(Date.now() - 60_000) };
      const second = await other.sms.send(again);
      expect(await other.arrived()).toHaveLength(other.ofTwoWhenTold);
      expect(second === first).toBe(other.ofTwoWhenTold === 1);
    });

    it('tells apart what is refused for good, what was not sent, and what perhaps was', async () => {
      await using world = await open();
      const { sms, faults } = world;
      if (!faults) return expect(world.ofTwo).toBe(1);
      expect(await failure(sms.send({ ...SMS, to: faults.refused }))).toBe('undeliverable');
      faults.isBusy();
      expect(await failure(sms.send(SMS))).toBe('not-sent');
      expect(await failure(faults.away.send(SMS))).toBe('not-sent');
      expect(await world.arrived()).toHaveLength(0);
      faults.losesAnswer();
      expect(await failure(sms.send({ ...SMS, id: 'Notification:1' }))).toMatch(/^(perhaps-sent|unmarked)$/);
      faults.hangsAfterEffect();
      expect(await failure(sms.send({ ...SMS, id: 'Notification:2' }))).toMatch(/^(perhaps-sent|unmarked)$/);
      expect(await world.arrived()).toHaveLength(2);
    });
  });
}
