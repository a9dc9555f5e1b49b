import type { StoredMessage, Swipe } from './history-records.ts';

/** Of one reply. */
export const SWIPES_MAX = 50;

/** The reply as one version. */
function swipeOf({ content, at, model, finish, reasoning, tokens, expression }: Swipe): Swipe {
  const facts = { content, at, model, finish, reasoning, tokens, expression };
  return Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined)) as unknown as Swipe;
}

/** The reply with its shown swipe as the message itself is now. */
export function settled(reply: StoredMessage): StoredMessage {
  const { swipes, swipe } = reply;
  return swipes && swipe !== undefined ? { ...reply, swipes: swipes.with(swipe, swipeOf(reply)) } : reply;
}

/** Another reply in the place of the version that is shown. */
export function inPlaceOfShown(earlier: StoredMessage, reply: StoredMessage): StoredMessage {
  const { swipes, swipe } = reply.swipes ? reply : earlier;
  return settled({ ...reply, swipes, swipe });
}

/** Another reply as the newest version; the one that was stored under the same id is that version already. */
export function asNewest(earlier: StoredMessage, reply: StoredMessage): StoredMessage {
  const others = settled(earlier).swipes ?? [swipeOf(earlier)];
  const versions = earlier.id === reply.id ? others.slice(0, -1) : others;
  if (versions.length === 0) return reply;
  const swipes = [...versions, swipeOf(reply)].slice(-SWIPES_MAX);
  return { ...reply, swipes, swipe: swipes.length - 1 };
}

/** The reply showing another version; undefined if there is none of this index. */
export function showing(reply: StoredMessage, index: number): StoredMessage | undefined {
  const { swipes = [swipeOf(reply)], swipe = 0 } = reply;
  const chosen = swipes[index];
  if (!chosen || index === swipe) return chosen && reply;
  const {
    model: _model,
    finish: _finish,
    reasoning: _reasoning,
    tokens: _tokens,
    expression: _expression,
    ...rest
  } = settled(reply);
  return { ...rest, ...swipeOf(chosen), swipe: index };
}
