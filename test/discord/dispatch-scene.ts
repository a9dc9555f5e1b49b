import { once } from 'node:events';
import { Events } from 'discord.js';
import type { Logger } from '../../src/core/logger.ts';
import type { Bot } from '../../src/discord/bot.ts';
import { createClient, createRest } from '../../src/discord/client.ts';
import type { Command } from '../../src/discord/command.ts';
import { componentsOf } from '../../src/discord/components.ts';
import { createDispatch } from '../../src/discord/dispatch.ts';
import type { MessageMenu } from '../../src/discord/message-menu.ts';
import { publishCommands } from '../../src/discord/registry.ts';
import { createRunningReplies } from '../../src/discord/running.ts';
import type { Here, ShownMessage } from '../../src/simulator/discord/index.ts';
import { Permission, startDiscordSimulator } from '../../src/simulator/discord/index.ts';
import { openApiFile } from '../support/openapi.ts';
import { createSkippableClock } from '../support/skippable-clock.ts';

/** Commands on the Discord simulator, with as much of a bot as they need: nothing that answers questions. */
export async function startDispatch(commands: Command[], bot: Partial<Bot> = {}, menus: MessageMenu[] = []) {
  const clock = createSkippableClock();
  const discord = await startDiscordSimulator({
    ...(openApiFile ? { openApiFile } : {}),
    clock,
    defaultBucket: { limit: 1_000, windowMs: 1_000 },
    identifyIntervalMs: 0,
  });
  const { rest } = createRest({ apiUrl: discord.apiUrl, token: discord.token });
  const log: { level: string; facts: object; message: string }[] = [];
  const byName = new Map(commands.map((command) => [command.name, command]));
  const client = createClient({ apiUrl: discord.apiUrl, canReadMessages: true });
  const dispatch = createDispatch({
    bot: { clock, ...bot, commands: byName } as Bot,
    ...componentsOf(byName, createRunningReplies({ clock })),
    menus,
    logger: recordingLogger(log),
  });
  client.on(Events.InteractionCreate, (interaction) => void dispatch(interaction));
  await publishCommands(rest, discord.applicationId, commands, menus);
  await Promise.all([once(client, Events.ClientReady), client.login(discord.token)]);

  const guild = discord.createGuild({ name: 'Home' });
  const admins = guild.createRole({ name: 'Admins', permissions: Permission.ManageGuild });
  const alice = discord.createPerson({ name: 'Alice' });
  guild.join(alice);
  const [mia, ida, max] = ['Mia', 'Ida', 'Max'].map((name) => {
    const person = discord.createPerson({ name });
    guild.join(person, { roles: [admins] });
    return person;
  }) as [NewPerson, NewPerson, NewPerson];
  return {
    discord,
    guild,
    /** A member. */
    alice,
    /** These three may manage the server. */
    mia,
    ida,
    max,
    log,
    clock,
    /** Throws when a request broke Discord's rules. */
    async close() {
      await client.destroy();
      await discord.close();
      if (discord.violations.length > 0) throw new Error(discord.violations.join('\n'));
    },
  };
}

type NewPerson = ReturnType<Awaited<ReturnType<typeof startDiscordSimulator>>['createPerson']>;
export type DispatchScene = Awaited<ReturnType<typeof startDispatch>>;

/** A message of the bot with a component of another time, or one that a changed client made up. */
export async function forged(scene: DispatchScene, here: Here, component: object): Promise<ShownMessage> {
  const response = await fetch(`${scene.discord.apiUrl}/v10/channels/${here.channelId}/messages`, {
    method: 'POST',
    headers: { authorization: `Bot ${scene.discord.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ content: 'an old message', components: [{ type: 1, components: [component] }] }),
  });
  const { id } = (await response.json()) as { id: string };
  return here.waitFor((messages) => messages.find((message) => message.id === id));
}

function recordingLogger(log: DispatchScene['log']): Logger {
  const at = (level: string) => (facts: object, message: string) => void log.push({ level, facts, message });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
