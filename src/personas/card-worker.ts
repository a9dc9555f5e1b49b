import { parentPort } from 'node:worker_threads';
import { UserError } from '../core/errors.ts';
import { personaOf } from './cards/card.ts';
import type { CardAnswer, CardQuestion, PostedCardFile, ReadLorebookFile } from './cards/messages.ts';
import { readCardFile } from './cards/read-card-file.ts';
import { readLorebookFile } from './cards/read-lorebook-file.ts';
import { readPictures } from './cards/read-pictures.ts';
import { writeCardFile } from './cards/write-card-file.ts';
import { reportOf as cardReportOf } from './import-report.ts';
import { reportOf as bookReportOf } from './lorebooks/book-report.ts';

async function readPostedCard(bytes: Uint8Array): Promise<PostedCardFile> {
  const { card, ...file } = await readCardFile(bytes);
  const { lorebook: _, ...persona } = personaOf(card);
  const report = cardReportOf({ card, ...file });
  return { ...file, persona, report, format: card.format, json: JSON.stringify(card.raw) };
}

async function readPostedLorebook(bytes: Uint8Array, fileName: string): Promise<string> {
  const file = await readLorebookFile(bytes, fileName);
  const { format, raw, book } = file;
  const read: ReadLorebookFile = { name: book.name, format, raw, report: bookReportOf(file) };
  return JSON.stringify(read);
}

async function valueOf(question: CardQuestion): Promise<unknown> {
  switch (question.kind) {
    case 'card':
      return readPostedCard(question.bytes);
    case 'lorebook':
      return readPostedLorebook(question.bytes, question.fileName);
    case 'pictures':
      return readPictures(question.bytes);
    case 'write':
      return writeCardFile(question.request);
  }
}

async function answer(question: CardQuestion): Promise<CardAnswer> {
  try {
    return { value: await valueOf(question) };
  } catch (error) {
    if (error instanceof UserError) return { userError: { kind: error.kind, message: error.message } };
    return { fault: error };
  }
}

/** The memory of all bytes in an answer, so that it changes hands and is not copied. */
function buffersIn(value: unknown, found = new Set<ArrayBuffer>()): Set<ArrayBuffer> {
  if (value instanceof Uint8Array) {
    if (value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength) found.add(value.buffer);
  } else if (typeof value === 'object' && value !== null) {
    for (const child of Object.values(value)) buffersIn(child, found);
  }
  return found;
}

async function reply(question: CardQuestion): Promise<void> {
  const given = await answer(question);
  parentPort?.postMessage(given, [...buffersIn(given)]);
}

// What is thrown here ends the thread, and the other side hears of it.
parentPort?.on('message', (question: CardQuestion) => void reply(question));
