import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { UserError } from '../core/errors.ts';
import { spokenOf } from './history-clearing.ts';
import type { Draft } from './history-draft.ts';
import { backwards } from './history-places.ts';
import type { StoredMessage } from './history-records.ts';

const MESSAGES_PER_PAUSE = 256;
const ID_BYTES = 9;

/** Turn by turn, oldest first; empty if there is no such turn. */
export async function messagesUpTo(draft: Draft, userMessageId: string): Promise<StoredMessage[]> {
  const replies = new Map<string, StoredMessage>();
  const newestFirst: StoredMessage[] = [];
  for await (const { message } of backwards(draft)) {
    if (message.replyTo !== undefined) {
      replies.set(message.replyTo, message);
    } else if (newestFirst.length > 0 || message.id === userMessageId) {
      const reply = replies.get(message.id);
      newestFirst.push(...(reply ? [reply, message] : [message]));
    }
  }
  return newestFirst.toReversed();
}

/**
 * With ids of their own: what is pressed below a reply must find it in one conversation only.
 *
 * @returns the ids of the copies by those of the messages
 * @throws UserError if the conversation is not empty
 */
export async function fill(
  draft: Draft,
  messages: readonly StoredMessage[],
): Promise<{ messages: number; newIds: ReadonlyMap<string, string> }> {
  if (draft.head.messages > 0 || draft.head.marks.length > 0) {
    throw new UserError(
      'input',
      'Something was said in the new place already, so nothing was copied into it. Branch from the message once more.',
    );
  }
  const newIds = new Map<string, string>();
  for (const [index, message] of messages.entries()) {
    const id = randomBytes(ID_BYTES).toString('base64url');
    newIds.set(message.id, id);
    const replyTo = message.replyTo === undefined ? {} : { replyTo: newIds.get(message.replyTo) };
    await draft.append({ ...message, ...replyTo, id, discordMessageIds: [] });
    if (index % MESSAGES_PER_PAUSE === 0) await setImmediate();
  }
  return { messages: spokenOf(draft.head), newIds };
}
