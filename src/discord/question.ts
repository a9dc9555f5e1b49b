import { randomBytes } from 'node:crypto';
import { UserError } from '../core/errors.ts';
import { escapeText } from '../core/escape-text.ts';
import { clip } from '../core/text.ts';
import type { StoredMessage } from '../storage/history.ts';

const HEADING_MAX_LENGTH = 200;

/** A person's words as a message for the history. @throws UserError `input` if there is nothing to read in them. */
export function messageOf({
  author,
  text,
  at,
}: {
  author: { id: string; name: string };
  text: string;
  at: number;
}): StoredMessage {
  if (!isReadable(text)) {
    throw new UserError(
      'input',
      'There is nothing to answer yet: write your question after the command or the mention.',
    );
  }
  const { id, name } = author;
  return { id: newId(), role: 'user', author: { id, name }, content: text.trim(), discordMessageIds: [], at };
}

/** White space, control characters and marks without a letter are not a question. */
function isReadable(text: string): boolean {
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(text.replace(/[\p{Default_Ignorable_Code_Point}]/gu, ''));
}

/** The question in one quoted line, because Discord shows the options of a command to nobody. */
export function headingOf(text: string): string {
  const flat = text.trim().replaceAll(/\s+/g, ' ');
  return `> ${escapeText(clip(flat, HEADING_MAX_LENGTH))}\n`;
}

export function newId(): string {
  return randomBytes(9).toString('base64url');
}
