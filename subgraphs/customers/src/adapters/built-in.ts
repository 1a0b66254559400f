import { access, constants, mkdir } from 'node:fs/promises';
import { readSettings } from '@cartograph/providers/provider';
import type { Env } from '@cartograph/runtime/settings';
import { request } from 'undici';
import type { MailProvider, SenderSettings, TextProvider } from './message-provider.ts';

const SANDBOX = {
  url: { name: 'MESSAGES_SANDBOX_URL', says: 'where the messages sandbox listens', form: 'url' },
  secret: {
    name: 'MESSAGES_SANDBOX_SECRET',
    says: 'what its webhooks are signed with',
    secret: true,
    form: /^.{32,}$/,
  },
} as const;

const sandbox: Pick<MailProvider, 'name' | 'settings' | 'check'> = {
  name: 'sandbox',
  settings: SANDBOX,
  async check(env) {
    const { url } = readSettings(env, SANDBOX);
    return async () => {
      const { statusCode, body } = await request(new URL('/healthz', url), { signal: AbortSignal.timeout(5_000) });
      await body.dump();
      if (statusCode !== 200) throw new Error(`the sandbox answered ${statusCode}`);
      return 'the sandbox answers';
    };
  },
};

const prepareSandbox = (env: Env) => {
  const { url } = readSettings(env, SANDBOX);
  return async ({ mailFrom }: SenderSettings) =>
    (await import('./sandbox-messages.ts')).createSandboxMessages(url, mailFrom);
};

export const sandboxMail: MailProvider = {
  ...sandbox,
  prepare(env) {
    const open = prepareSandbox(env);
    return async (shared) => (await open(shared)).mailer;
  },
};

export const sandboxTexts: TextProvider = {
  ...sandbox,
  prepare(env) {
    const open = prepareSandbox(env);
    return async (shared) => (await open(shared)).sms;
  },
};

const FOLDER = {
  folder: { name: 'MAIL_DIR', says: 'the folder for .eml and .txt files', fallback: '.cartograph/messages' },
} as const;

const folder: Pick<MailProvider, 'name' | 'settings' | 'check'> = {
  name: 'folder',
  settings: FOLDER,
  async check(env) {
    const path = readSettings(env, FOLDER).folder;
    return async () => {
      await mkdir(path, { recursive: true });
      await access(path, constants.W_OK);
      return `files go to ${path}`;
    };
  },
};

export const folderMail: MailProvider = {
  ...folder,
  prepare:
    () =>
    async ({ mailDir, mailFrom }) =>
      (await import('./folder-messages.ts')).createFolderMailer(mailDir, mailFrom),
};

export const folderTexts: TextProvider = {
  ...folder,
  prepare:
    () =>
    async ({ mailDir }) =>
      (await import('./folder-messages.ts')).createFolderSms(mailDir),
};
