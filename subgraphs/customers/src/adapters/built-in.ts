import { access, constants, mkdir } from 'node:fs/promises';
import { readSettings } from '@cartograph/providers/provider';
import { request } from 'undici';
import { createFolderMailer, createFolderSms } from './folder-messages.ts';
import type { MailProvider, TextProvider } from './message-provider.ts';
import { createSandboxMessages } from './sandbox-messages.ts';

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
    const { statusCode, body } = await request(new URL('/healthz', url), { signal: AbortSignal.timeout(5_000) });
    await body.dump();
    if (statusCode !== 200) throw new Error(`the sandbox answered ${statusCode}`);
    return 'the sandbox answers';
  },
};

export const sandboxMail: MailProvider = {
  ...sandbox,
  open: (env, { mailFrom }) => createSandboxMessages(readSettings(env, SANDBOX).url, mailFrom).mailer,
};

export const sandboxTexts: TextProvider = {
  ...sandbox,
  open: (env, { mailFrom }) => createSandboxMessages(readSettings(env, SANDBOX).url, mailFrom).sms,
};

const FOLDER = {
  folder: { name: 'MAIL_DIR', says: 'the folder for .eml and .txt files', fallback: '.cartograph/messages' },
} as const;

const folder: Pick<MailProvider, 'name' | 'settings' | 'check'> = {
  name: 'folder',
  settings: FOLDER,
  async check(env) {
    const path = readSettings(env, FOLDER).folder;
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK);
    return `files go to ${path}`;
  },
};

export const folderMail: MailProvider = {
  ...folder,
  open: (_env, { mailDir, mailFrom }) => createFolderMailer(mailDir, mailFrom),
};

export const folderTexts: TextProvider = { ...folder, open: (_env, { mailDir }) => createFolderSms(mailDir) };
