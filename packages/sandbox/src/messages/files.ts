import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MessageRequest } from './message.ts';

/** Needed from the first mail on. Kept: under a loader, each `import()` asks another thread. */
let loaded: Promise<typeof import('nodemailer')> | undefined;

/** Writes a message where people find it: `.eml` for mail programs, `.txt` for text messages. Gives the file's name. */
export async function writeMessage(folder: string, id: string, request: MessageRequest): Promise<string> {
  const name = `${id}.${request.channel === 'email' ? 'eml' : 'txt'}`;
  const content = await contentOf(id, request);
  // Whoever watches the folder never sees half a file.
  const half = join(folder, `.${name}`);
  await writeFile(half, content).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    await mkdir(folder, { recursive: true });
    await writeFile(half, content);
  });
  await rename(half, join(folder, name));
  return name;
}

async function contentOf(id: string, request: MessageRequest): Promise<Buffer | string> {
  if (request.channel === 'sms') return `To: ${request.to}\n\n${request.text}\n`;
  loaded ??= import('nodemailer');
  const { createTransport } = await loaded;
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  const { from, to, subject, text, html, reference } = request;
  const { message } = await transport.sendMail({
    from,
    to,
    subject,
    text,
    ...(html && { html }),
    messageId: `<${id}@messages.sandbox>`,
    ...(reference && { headers: { 'X-Reference': reference } }),
  });
  return message as Buffer;
}
