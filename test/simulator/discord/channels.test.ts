import { describe, expect, test } from '@jest/globals';
import { Events, type TextChannel } from 'discord.js';
import { command, connect, next, onInteraction, register, request, startSimulator } from './support.ts';

test('a person makes a channel age-restricted and open again: the bot is told, and threads and commands follow', async () => {
  const { discord, channel, here, alice } = await startSimulator();
  await register(discord, command('adult', { nsfw: true }));
  const client = await connect(discord);
  const thread = await here.startThread({ name: 'scene' });
  const offered = () => [here, alice.in(thread)].map((place) => place.commands().map(({ name }) => name));
  const updated = next<TextChannel>(client, Events.ChannelUpdate);
  channel.setAgeRestricted(true);
  await updated;
  const text = client.channels.cache.get(channel.id) as TextChannel;
  expect([text.nsfw, offered()]).toEqual([true, [['adult'], ['adult']]]);
  const opened = next<TextChannel>(client, Events.ChannelUpdate);
  channel.setAgeRestricted(false);
  await opened;
  expect([text.nsfw, offered()]).toEqual([false, [[], []]]);
});

describe('a channel that a person deletes', () => {
  async function startDeleted() {
    const place = await startSimulator();
    const { discord, channel, here, alice } = place;
    await register(discord, command('ask'));
    const client = await connect(discord);
    const thread = await here.startThread({ name: 'scene' });
    const inside = alice.in(thread);
    const told: string[] = [];
    client.on(Events.Raw, ({ t }: { t: string }) => {
      if (t.endsWith('_DELETE')) told.push(t);
    });
    const webhook = channel.createWebhook('News');
    const remove = async () => {
      const removed = next(client, Events.ChannelDelete);
      channel.delete();
      await removed;
    };
    return { ...place, client, thread, inside, webhook, told, remove };
  }

  test('takes its threads and webhooks along, of which the bot hears nothing', async () => {
    const { discord, channel, thread, webhook, told, remove } = await startDeleted();
    await remove();
    const status = async (path: string) => (await request(discord, 'GET', path)).body;
    expect([
      await status(`/channels/${channel.id}`),
      await status(`/channels/${thread.id}`),
      await status(`/webhooks/${webhook.id}`),
    ]).toMatchObject([{ code: 10003 }, { code: 10003 }, { code: 10015 }]);
    expect(told).toEqual(['CHANNEL_DELETE']);
  });

  test('is closed to those who stood in it', async () => {
    const { here, inside, remove } = await startDeleted();
    await remove();
    expect(() => here.messages()).toThrow('the channel was deleted');
    await expect(inside.post('x')).rejects.toThrow('may not write');
    await expect(here.slash('ask')).rejects.toThrow('the channel is hidden from them');
  });

  test.each([
    { name: 'the first answer', acknowledges: false, code: 10003 },
    { name: 'a follow-up', acknowledges: true, code: 10003 },
  ])('takes no answer to what was asked in it: $name', async ({ acknowledges, code }) => {
    const { discord, client, here, remove } = await startDeleted();
    const errors = onInteraction(client, async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      if (acknowledges) await interaction.reply('soon');
      await remove();
      if (acknowledges) await interaction.followUp('now');
      else await interaction.reply('now');
    });
    await here.slash('ask');
    while (errors.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect([errors, discord.violations]).toMatchObject([[{ status: 404, code }], []]);
  });

  test('a thread that is deleted is told as such', async () => {
    const { client, thread, told } = await startDeleted();
    const removed = next<{ id: string }>(client, Events.ThreadDelete);
    thread.delete();
    expect([(await removed).id, told]).toEqual([thread.id, ['THREAD_DELETE']]);
  });
});
