import report from '../../../commands/report.ts';
import { createBuiltInPersonas } from '../../../src/chat/built-in-personas.ts';
import { createCasting } from '../../../src/chat/casting.ts';
import { createPersonas } from '../../../src/chat/personas.ts';
import { silentLogger } from '../../../src/core/logger.ts';
import type { Bot } from '../../../src/discord/bot.ts';
import { createRest } from '../../../src/discord/client.ts';
import { createPostView } from '../../../src/discord/post-view.ts';
import { reportMenu } from '../../../src/discord/report/menu.ts';
import type { Here, ShownMessage } from '../../../src/simulator/discord/index.ts';
import { Permission } from '../../../src/simulator/discord/index.ts';
import { createHistory, type StoredMessage } from '../../../src/storage/history.ts';
import { createPersonaStore } from '../../../src/storage/personas.ts';
import { createSceneStore } from '../../../src/storage/scenes.ts';
import { createSettings } from '../../../src/storage/settings.ts';
import { openStore } from '../../../src/storage/store.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { answerOf } from '../../support/panel.ts';
import { startDispatch } from '../dispatch-scene.ts';

/** Shown by Discord as a time. */
export const NOW = 1_700_000_000_000;
export const OTTILIE = { id: 'built-in:lighthouse-keeper', name: 'Ottilie' } as const;
export const SELF = { id: 'self', name: 'Dramatis' };

/** `/report` and its menu on the Discord simulator, with a store in memory; what was done to replies stands in `done`. */
export async function startReports() {
  const clock = new FakeClock(NOW);
  const store = await openStore('memory://', { clock });
  const shared = { store, clock, logger: silentLogger };
  const history = createHistory(shared);
  const settings = createSettings(shared);
  const scenes = createSceneStore(shared);
  const personas = createPersonas({ store: createPersonaStore(shared), builtIn: createBuiltInPersonas() });
  const casting = createCasting({ personas, scenes, settings });
  const done: string[] = [];
  let post: Bot['post'] | undefined;
  const scene = await startDispatch(
    [report],
    {
      clock,
      history,
      settings,
      scenes,
      personas,
      casting,
      post(channelId, view) {
        post ??= createPostView(createRest({ apiUrl: scene.discord.apiUrl, token: scene.discord.token }));
        return post(channelId, view);
      },
      stopReplies: async () => {
        done.push('stop');
        return [];
      },
      asking: {
        takeDown: async ({ channelId, parentId }: { channelId: string; parentId?: string }, reply: StoredMessage) =>
          void done.push(`take down ${reply.id} in ${channelId}${parentId === undefined ? '' : ` of ${parentId}`}`),
        redraw: async ({ turn }: { turn: { reply?: StoredMessage } }) => void done.push(`redraw ${turn.reply?.id}`),
      } as unknown as Bot['asking'],
    },
    [reportMenu],
  );
  const { guild, discord } = scene;
  const staff = guild.createTextChannel({ name: 'staff' });
  const moderators = guild.createRole({ name: 'Moderators', permissions: Permission.ManageMessages });
  const mod = discord.createPerson({ name: 'Mod' });
  guild.join(mod, { roles: [moderators] });

  let turns = 0;
  /** A reply that the history knows, shown by a message of the bot. */
  async function replyIn(
    here: Here,
    { content = 'Rude words.', author = OTTILIE }: { content?: string; author?: { id: string; name: string } } = {},
  ): Promise<{ message: ShownMessage; turnId: string }> {
    const message = await botMessage(here, content);
    turns += 1;
    const turnId = `turn-${turns}`;
    await history.addMessage(here.channelId, {
      id: turnId,
      role: 'user',
      author: { id: '7', name: 'Alice' },
      content: 'hello',
      discordMessageIds: [],
      at: message.createdAt,
    });
    await history.storeReply(here.channelId, {
      id: `r-${turnId}`,
      role: 'assistant',
      author,
      content,
      discordMessageIds: [message.id],
      at: message.createdAt,
      replyTo: turnId,
      model: 'MythoMax-L2-13b',
    });
    return { message, turnId };
  }

  /** A message of the bot that no history knows. */
  async function botMessage(here: Here, content: string): Promise<ShownMessage> {
    const response = await fetch(`${discord.apiUrl}/v10/channels/${here.channelId}/messages`, {
      method: 'POST',
      headers: { authorization: `Bot ${discord.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ content: content.slice(0, 2_000) }),
    });
    const { id } = (await response.json()) as { id: string };
    return here.waitFor((messages) => messages.find((message) => message.id === id));
  }

  return {
    ...scene,
    history,
    settings,
    scenes,
    done,
    botClock: clock,
    staff,
    /** A moderator, and where they read the reports. */
    mod,
    modHere: mod.in(staff),
    newRoom: () => guild.createTextChannel({ name: 'room' }),
    /** Somebody who has not reported yet. */
    newMember(name = 'Bob') {
      const person = discord.createPerson({ name });
      guild.join(person);
      return person;
    },
    takeReports: (channelId: string | undefined = staff.id) =>
      settings.update({ guildId: guild.id }, () => ({ reportChannel: channelId })),
    replyIn,
    botMessage,
    newestReport: () => mod.in(staff).messages().at(-1) as ShownMessage,
    async close() {
      await scene.close();
      await store.close();
    },
  };
}

export type ReportScene = Awaited<ReturnType<typeof startReports>>;

/** Uses `/report`, and gives what the person is told. */
export async function tellOn(here: Here, options: Parameters<Here['slash']>[1] = {}): Promise<string> {
  return (await answerOf(await here.slash('report', options))).content;
}
