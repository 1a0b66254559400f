import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { badInput } from '@cartograph/kernel/errors';
import { parse } from 'csv-parse';
import type { CsvRecord, CsvSource } from '../domain/csv.ts';

/** A quote that is never closed would otherwise make one record of the whole rest of the file. */
const MAX_RECORD = 1_000_000;

/** A CSV file, read as a stream. Everything that makes it unreadable is an error that says where and what to do. */
export async function openCsvFile(path: string): Promise<CsvSource> {
  const name = basename(path);
  const { size } = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw badInput(`There is no file ${path}.`);
    throw badInput(`${path} cannot be read: ${error.message}`);
  });
  return { name, bytes: size, records: () => readRecords(path) };
}

async function* readRecords(path: string): AsyncGenerator<CsvRecord> {
  let bytesRead = 0;
  const text = decode(path, (bytes) => {
    bytesRead += bytes;
  });
  // Counted here: the parser's own count goes wrong where a cell holds a line break of two characters.
  let line = 1;
  const parser = parse({
    relax_column_count: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: MAX_RECORD,
    // While it parses, so that an error further down finds the line of its own record.
    on_record: ((cells: string[]): CsvRecord => {
      const record = { line, cells, bytesRead };
      line += 1;
      for (const cell of cells) line += cell.match(/\r\n|\n|\r/g)?.length ?? 0;
      return record;
    }) as never, // The library's types know only records of the form that they had.
  });
  const source = Readable.from(text);
  source.on('error', (error) => parser.destroy(error)).pipe(parser);
  try {
    for await (const record of parser as AsyncIterable<CsvRecord>)
      if (record.cells.some((cell) => cell.trim() !== '')) yield record;
  } catch (error) {
    throw unreadable(error, line);
  } finally {
    source.destroy();
  }
}

async function* decode(path: string, onBytes: (bytes: number) => void): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let isFirst = true;
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    if (isFirst && (chunk[0] === 0xff || chunk[0] === 0xfe) && (chunk[1] === 0xfe || chunk[1] === 0xff))
      throw badInput('The file is UTF-16. Save it as "CSV UTF-8".');
    isFirst = false;
    if (chunk.includes(0))
      throw badInput('The file has NUL characters in it, so it is no CSV. Save it as "CSV UTF-8".');
    onBytes(chunk.length);
    yield decodeOr(() => decoder.decode(chunk, { stream: true }));
  }
  yield decodeOr(() => decoder.decode());
}

function decodeOr(decode: () => string): string {
  try {
    return decode();
  } catch (cause) {
    throw Object.assign(new Error('not UTF-8', { cause }), { code: 'NOT_UTF8' });
  }
}

function unreadable(error: unknown, line: number): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'NOT_UTF8':
      return badInput(`The file is not UTF-8 somewhere after line ${line}. Save it as "CSV UTF-8".`);
    case 'CSV_QUOTE_NOT_CLOSED':
    case 'CSV_MAX_RECORD_SIZE':
      return badInput(
        `Line ${line}: a quote is opened in this line and never closed. Close it, or write "" for a quote inside a cell.`,
      );
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'INVALID_OPENING_QUOTE':
      return badInput(
        `Line ${line}: there is a quote inside a cell. Put the whole cell in quotes, and write "" for the one inside.`,
      );
    case 'EISDIR':
      return badInput('That is a folder. Name a file.');
    case 'EACCES':
      return badInput('The file may not be read. Allow it for this user.');
    default:
      return code?.startsWith('CSV_') ? badInput(`Line ${line}: ${message}`) : (error as Error);
  }
}
