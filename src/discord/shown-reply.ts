import { type APIMessage, type REST, Routes } from 'discord.js';
import { ASSISTANT_ID } from '../chat/generate.ts';
import type { PersonaRef } from '../core/refs.ts';
import type { StoredMessage, Turn } from '../storage/history.ts';
import { isGone } from './report-error.ts';
import { nameLine } from './speakers.ts';

const COMPARED_LENGTH = 100;

/** A message that shows a reply, as an interaction or a menu gives it. */
export interface ShownReply {
  id: string;
  content: string;
  /** The webhook that wrote it; of an interaction's answer the application. */
  webhookId: string | null;
  applicationId: string | null;
  /** Under whose name it stands. */
  author: { username: string };
}

/** The first message of a reply, if Discord still has it. */
async function findShown(
  rest: REST,
  channelId: string,
  { discordMessageIds }: StoredMessage,
): Promise<ShownReply | undefined> {
  const [first] = discordMessageIds;
  if (first === undefined) return undefined;
  try {
    const message = (await rest.get(Routes.channelMessage(channelId, first))) as APIMessage;
    const { id, content, webhook_id: webhookId = null, application_id: applicationId = null, author } = message;
    return { id, content, webhookId, applicationId, author };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** The message with which a reply begins, where another of its messages is at hand; that one if the first is gone. */
export async function firstShown(
  rest: REST,
  channelId: string,
  { reply }: Turn,
  message: ShownReply | undefined,
): Promise<ShownReply | undefined> {
  if (!reply || (message && isFirst(reply, message))) return message;
  return (await findShown(rest, channelId, reply)) ?? message;
}

/** Who spoke, as far as the reply itself tells; undefined for the assistant. */
export function speakerOf({ author }: StoredMessage): { ref: PersonaRef; name: string } | undefined {
  return author.id === ASSISTANT_ID ? undefined : { ref: author.id as PersonaRef, name: author.name };
}

/** The messages of a reply. If the history knows others, the one at hand is the reply. */
export function shownAs(
  { reply }: Turn,
  { id, webhookId, applicationId }: ShownReply,
): { messageIds: string[]; isByWebhook: boolean } {
  const known = reply?.discordMessageIds ?? [];
  const isByWebhook = webhookId !== null && webhookId !== applicationId;
  return { messageIds: known.includes(id) ? known : [id], isByWebhook };
}

/** What stands above the reply, as it stands there: the stored question may have the text of a file at its end. */
export function shownHeading({ reply }: Turn, message: ShownReply): string {
  if (reply && !isFirst(reply, message)) return '';
  const { content } = message;
  const name = reply ? nameLine(speakerOf(reply)) : '';
  const lines = /^(?:(?:>|-#) .*\n)*/.exec(content)?.[0].match(/.*\n/g) ?? [];
  const headings = Array.from({ length: lines.length + 1 }, (_, count) => {
    const quote = lines.slice(0, count).join('');
    return name !== '' && content.startsWith(name, quote.length) ? [quote, quote + name] : [quote];
  }).flat();
  // A reply may begin with such lines itself.
  const words = reply?.content.trim().slice(0, COMPARED_LENGTH).split('\n')[0] ?? '';
  const found = words === '' ? undefined : headings.find((heading) => content.startsWith(words, heading.length));
  return found ?? headings.at(-1) ?? '';
}

function isFirst({ discordMessageIds }: StoredMessage, { id }: ShownReply): boolean {
  return discordMessageIds.length === 0 || discordMessageIds[0] === id;
}
