import type { Here } from '../../src/simulator/discord/index.ts';
import { askFor, type Story } from './story.ts';
import { type StoryTimes, watchStory } from './watch-story.ts';
import type { World } from './world.ts';

/** A member asks for a story, and the promise ends when all of it is shown. */
export type Ask = (world: World, here: Here, story: Story) => Promise<StoryTimes>;

/** Both ways in which a question reaches the bot. */
export const waysToAsk: Record<'mention' | '/ask', Ask> = {
  mention: (world, here, story) =>
    watchStory(world, {
      channelId: here.channelId,
      story,
      ask: () => here.post(`<@${world.discord.botUserId}> ${askFor(story)}`),
    }),
  '/ask': (world, here, story) =>
    watchStory(world, {
      channelId: here.channelId,
      story,
      ask: () => here.slash('ask', { prompt: askFor(story) }),
    }),
};

export type WayToAsk = keyof typeof waysToAsk;

const WARM_UP_TOKENS = 20;

/** Has code compiled, connections opened and the simulator's tokenizer loaded, by one short turn of each kind. */
export async function warmUp(world: World): Promise<void> {
  for (const ask of Object.values(waysToAsk)) {
    for (const here of world.newChannel(1)) await ask(world, here, { name: 'w', tokens: WARM_UP_TOKENS });
  }
}
