import type { History, StoredMessage } from '../storage/history.ts';
import { turnsBefore } from './turns-before.ts';

/** So many of the newest turns tell who plays along. */
const RECENT_TURNS = 32;

/** What was said lately, and by whom. */
export interface Spoken {
  /** Newest first. */
  messages: { name: string; content: string; isMember: boolean }[];
  memberIds: string[];
  memberNames: string[];
}

export async function spokenBefore(
  history: Pick<History, 'newest'>,
  {
    conversationId,
    user,
    continued,
  }: {
    conversationId: string;
    user: StoredMessage;
    /** The reply that goes on. */
    continued?: StoredMessage | undefined;
  },
  /** In messages: what lore looks at. */
  depth: number,
): Promise<Spoken> {
  const messages: Spoken['messages'] = [];
  const authors = new Map<string, string>();
  const hear = (message: StoredMessage | undefined, isMember: boolean) => {
    if (!message || message.isCue || message.content.trim() === '') return;
    messages.push({ name: message.author.name, content: message.content, isMember });
    if (isMember && !authors.has(message.author.id)) authors.set(message.author.id, message.author.name);
  };
  hear(continued, false);
  hear(user, true);
  let turns = 0;
  for await (const turn of turnsBefore(history, conversationId, user.id)) {
    hear(turn.reply, false);
    hear(turn.user, true);
    turns += 1;
    if (turns >= RECENT_TURNS && messages.length >= depth) break;
  }
  return { messages, memberIds: [...authors.keys()], memberNames: [...authors.values()] };
}
