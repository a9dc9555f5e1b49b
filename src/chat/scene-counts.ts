import type { History, StoredMessage } from '../storage/history.ts';

/** How far a conversation has come where a reply stands in it. */
export interface SceneCounts {
  /** Up to the message that is answered; of a reply that goes on, up to that. */
  messages: number;
  /** Those of personas and of members among them; both 0 and all, if they are not asked for and an older release began. */
  replies: number;
  members: number;
  /** No other message came behind the one that is answered. */
  isNewest: boolean;
  /** There is a reply already. */
  isAnswered: boolean;
}

/** What was said behind that place, and the reply that another version takes the place of, does not count. */
export async function countScene(
  history: Pick<History, 'newest' | 'summary'>,
  {
    conversationId,
    user,
    continued,
    needsReplies,
  }: {
    conversationId: string;
    user: StoredMessage;
    continued?: StoredMessage | undefined;
    needsReplies: boolean;
  },
): Promise<SceneCounts> {
  const behind = await countBehind(history, { conversationId, user, continued });
  const { messages, ...counted } = await history.summary(conversationId);
  const replies = counted.replies ?? (needsReplies ? await countReplies(history, conversationId) : behind.replies);
  return {
    messages: messages - behind.messages,
    replies: replies - behind.replies,
    members: messages - behind.messages - (replies - behind.replies),
    isNewest: behind.isNewest,
    isAnswered: behind.isAnswered,
  };
}

async function countBehind(
  history: Pick<History, 'newest'>,
  request: { conversationId: string; user: StoredMessage; continued?: StoredMessage | undefined },
): Promise<Omit<SceneCounts, 'members'>> {
  const behind = { messages: 0, replies: 0 };
  let isNewest = true;
  for await (const { user, reply } of history.newest(request.conversationId)) {
    const isOwn = user.id === request.user.id;
    if (reply && !(isOwn && request.continued)) {
      behind.messages += 1;
      behind.replies += 1;
    }
    if (isOwn) return { ...behind, isNewest, isAnswered: reply !== undefined };
    if (!user.isCue) behind.messages += 1;
    isNewest = false;
  }
  // Its message was removed meanwhile.
  return { messages: 0, replies: 0, isNewest: false, isAnswered: true };
}

async function countReplies(history: Pick<History, 'newest'>, conversationId: string): Promise<number> {
  let replies = 0;
  for await (const { reply } of history.newest(conversationId)) if (reply) replies += 1;
  return replies;
}
