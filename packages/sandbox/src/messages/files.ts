import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MessageRequest } from './message.ts';

/** Writes a message where people find it: `.eml` for mail programs, `.txt` for text messages. Gives the file's name. */
export async function writeMessage(folder: string, id: string, request: MessageRequest): Promise<string> {
  const name = `${id}.${request.channel === 'email' ? 'eml' : 'txt'}`;
  await mkdir(folder, { recursive: true });
  // Whoever watches the folder never sees half a file.
  await writeFile(join(folder, `.${name}`), await contentOf(id, request));
  await rename(join(folder, `.${name}`), join(folder, name));
  return name;
}

async function contentOf(id: string, request: MessageRequest): Promise<Buffer | string> {
  if (request.channel === 'sms') return `To: ${request.to}\n\n${request.text}\n`;
  // Needed from the first mail on.
  const { createTransport } = await import('nodemailer');
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
