import { conditions } from './conditions.ts';
import { askedFor, type Story, tokensIn } from './story.ts';
import type { World } from './world.ts';

/** When what happened, in milliseconds of `performance.now()`. */
export interface StoryTimes {
  /** The member's message was posted, or their command sent. */
  askedAt: number;
  /** The request arrived at the model. */
  requestedAt: number;
  lastTokenAt: number;
  /** Some text of the model, and all of it, could be seen. */
  firstShownAt: number;
  allShownAt: number;
  /** The longest time between two changes of what could be seen, from the first text to the last. */
  longestGapMs: number;
  /** Messages created and edited to show it. */
  writes: number;
}

const TIMEOUT_MS = 40_000;

/** Has `ask` done, and watches its story until all of it is shown in the channel. */
export async function watchStory(
  { discord, api }: World,
  { channelId, story, ask }: { channelId: string; story: Story; ask: () => Promise<unknown> },
): Promise<StoryTimes> {
  const shown = new Map<string, number[]>();
  const changedAt: number[] = [];
  const times: Partial<StoryTimes> = {};
  let shownTokens = 0;
  let writes = 0;
  const watched = Promise.withResolvers<void>();

  const stopDiscord = discord.on((event) => {
    if (event.channelId !== channelId) return;
    if (event.type !== 'message-created' && event.type !== 'message-updated') return;
    const tokens = tokensIn(event.message.content, story);
    if (tokens.length === 0) return;
    writes += 1;
    shown.set(event.message.id, tokens);
    const count = new Set([...shown.values()].flat()).size;
    if (count === shownTokens) return;
    shownTokens = count;
    changedAt.push(performance.now());
    if (count === story.tokens) watched.resolve();
  });
  // Whom a request is for is known only after its body.
  const arrivals = new WeakMap<object, number>();
  const stopApi = api.on(({ type, entry }) => {
    if (type === 'request') arrivals.set(entry, performance.now());
    else if (type === 'last-token' && isFor(entry.body, story)) {
      times.lastTokenAt = performance.now();
      const requestedAt = arrivals.get(entry);
      if (requestedAt !== undefined) times.requestedAt = requestedAt;
    }
  });
  const timer = setTimeout(() => {
    const seen = `${shownTokens} of ${story.tokens} tokens of story ${story.name} were shown`;
    watched.reject(new Error(`${seen}: ${JSON.stringify(times)}`));
  }, TIMEOUT_MS);
  try {
    times.askedAt = performance.now();
    await ask();
    await watched.promise;
  } finally {
    clearTimeout(timer);
    stopDiscord();
    stopApi();
  }
  const gaps = changedAt.slice(1).map((at, index) => at - (changedAt[index] ?? at));
  return {
    ...(times as Pick<StoryTimes, 'askedAt' | 'requestedAt' | 'lastTokenAt'>),
    firstShownAt: changedAt[0] ?? Number.NaN,
    allShownAt: changedAt.at(-1) ?? Number.NaN,
    longestGapMs: Math.max(0, ...gaps),
    writes,
  };
}

/** When the bot's socket got what it was asked. */
export function receivedAt({ askedAt }: StoryTimes): number {
  return askedAt + conditions.roundTripMs / 2;
}

function isFor(body: unknown, { name }: Story): boolean {
  const { messages } = body as { messages?: { content: string }[] };
  return askedFor(messages)?.name === name;
}
