import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Here, ShownMessage } from '../../../src/simulator/discord/index.ts';
import { saidBy, startRoleplay } from '../../e2e/roleplay-scene.ts';
import { createHome } from '../../e2e/scene.ts';
import { type BotWorld, type BotWorldOptions, startBot } from '../../support/bot.ts';

/** A bot, a server, and a roleplay that Alice started with Ottilie; Bob is a member, Mia a moderator. */
export async function startStage(options: BotWorldOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'dramatis-'));
  const world = await startBot({ ...options, env: { STORE_URL: `sqlite://${join(folder, 'store.sqlite')}` } });
  const home = createHome(world.discord);
  const channel = home.newChannel();
  const { thread } = await startRoleplay(home.alice.in(channel));
  const [alice, bob, mia] = [home.alice, home.bob, home.mia].map((person) => person.in(thread)) as [Here, Here, Here];
  await saidBy(alice, 'Ottilie', 'pet');
  async function close(): Promise<void> {
    await world.close();
    await rm(folder, { recursive: true });
  }
  return { world, home, channel, thread, alice, bob, mia, close };
}

export type Stage = Awaited<ReturnType<typeof startStage>>;

/** Lets the model reply so to what a member writes. */
export async function play(
  { world }: { world: BotWorld },
  here: Here,
  said: { text: string; reply: string; by?: string },
): Promise<ShownMessage> {
  const { text, reply, by = 'Ottilie' } = said;
  world.api.next(reply);
  await here.post(text);
  return saidBy(here, by, reply);
}

/** The value that is chosen in the menu of a message. */
export function chosenIn({ components }: ShownMessage): unknown {
  const menus = components.flatMap(
    ({ components: inner }) => inner as { options?: { value: string; default?: boolean }[] }[],
  );
  return menus.flatMap(({ options = [] }) => options).find((option) => option.default)?.value;
}
