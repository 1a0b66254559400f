import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mailer, SmsSender } from '../ports/senders.ts';
import { fileName, toEml } from './mime.ts';

/** Mails as files that any mail program opens. A repeat writes the same file again. */
export const createFolderMailer = (folder: string, from: string): Mailer => ({
  async send(mail) {
    const name = `${fileName(mail.id)}.eml`;
    await write(folder, name, await toEml(mail, from));
    return name;
  },
});

/** Text messages as text files. */
export const createFolderSms = (folder: string): SmsSender => ({
  async send({ id, to, text }) {
    const name = `${fileName(id)}.txt`;
    await write(folder, name, `To: ${to}\n\n${text}\n`);
    return name;
  },
});

/** Whoever watches the folder never sees half a file. */
async function write(folder: string, name: string, content: string | Buffer): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `.${name}`), content);
    await rename(join(folder, `.${name}`), join(folder, name));
  } catch (cause) {
    throw new Error(`Mails cannot be written to ${folder}. Make the folder writable, or set MAIL_DIR to another.`, {
      cause,
    });
  }
}
