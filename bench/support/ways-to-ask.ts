import { setTimeout as sleep } from 'node:timers/promises';
import type { Here } from '../../src/simulator/discord/index.ts';
import { conditions } from './conditions.ts';
import { askFor, type Story } from './story.ts';
import { type StoryTimes, watchStory } from './watch-story.ts';
import type { World } from './world.ts';

/** A member asks for a story, and the promise ends when all of it is shown. */
export type Ask = (world: World, here: Here, story: Story) => Promise<StoryTimes>;

const mention: Ask = (world, here, story) =>
  watchStory(world, {
    channelId: here.channelId,
    story,
    ask: () => here.post(`<@${world.discord.botUserId}> ${askFor(story)}`),
  });

/** The ways in which a question reaches the bot. */
export const waysToAsk: Record<'mention' | '/ask' | 'persona', Ask> = {
  mention,
  '/ask': (world, here, story) =>
    watchStory(world, {
      channelId: here.channelId,
      story,
      ask: () => here.slash('ask', { prompt: askFor(story) }),
    }),
  // In a channel where a persona speaks: it answers through the channel's webhook.
  persona: mention,
};

export type WayToAsk = keyof typeof waysToAsk;

const WARM_UP_TOKENS = 20;

/** Has code compiled, connections opened and the simulator's tokenizer loaded, by one short turn of each kind. */
export async function warmUp(world: World): Promise<void> {
  for (const ask of [waysToAsk.mention, waysToAsk['/ask']]) {
    for (const here of world.newChannel(1)) await ask(world, here, { name: 'w', tokens: WARM_UP_TOKENS });
  }
}

/** After so long every bucket is full again. */
const REFILL_MS = conditions.bucket.windowMs + 500;
const PERSONA = 'Quill';

/** A new channel for so many members. For personas one that has its webhook, whose buckets are full. */
export async function openStage(world: World, way: WayToAsk, members: number): Promise<Here[]> {
  const everybody = world.newChannel(members);
  const [first] = everybody;
  if (way === 'persona' && first) {
    await first.slash('persona use', { persona: PERSONA });
    await first.waitFor((messages) => messages.some(({ content }) => content.includes(PERSONA)));
    await mention(world, first, { name: 'w', tokens: WARM_UP_TOKENS });
    await sleep(REFILL_MS);
  }
  return everybody;
}
