import { expect, test } from '@jest/globals';
import { AttachmentBuilder, type TextChannel } from 'discord.js';
import { command, connect, onInteraction, register, request, startSimulator } from './support.ts';

test('a file of a slash command can be downloaded by the bot, an answer with a file by the person', async () => {
  const { discord, here } = await startSimulator();
  const client = await connect(discord);
  await register(
    discord,
    command('read', { options: [{ type: 11, name: 'file', description: 'A file', required: true }] }),
  );
  const errors = onInteraction(client, async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    const { url, size, contentType, name } = interaction.options.getAttachment('file', true);
    const text = await (await fetch(url)).text();
    await interaction.reply({
      content: `${name} ${contentType} ${size}`,
      files: [new AttachmentBuilder(Buffer.from(text.toUpperCase()), { name: 'loud.txt', description: 'louder' })],
    });
  });
  const interaction = await here.slash(
    'read',
    {},
    { files: { file: { name: 'a b.txt', type: 'text/plain', data: 'héllo' } } },
  );
  const [message] = await interaction.waitFor((messages) => messages.length === 1 && messages);
  expect(message).toMatchObject({
    content: 'a_b.txt text/plain 6',
    attachments: [{ filename: 'loud.txt', size: 6, description: 'louder' }],
  });
  const url = new URL(message?.attachments[0]?.url ?? '');
  expect([...url.searchParams.keys()]).toEqual(['ex', 'is', 'hm']);
  expect(await (await fetch(url)).text()).toBe('HÉLLO');
  url.search = '';
  expect((await fetch(url)).status).toBe(404);
  expect(discord.log.find(({ route }) => route.endsWith('/callback'))?.fileNames).toEqual(['loud.txt']);
  expect([errors, discord.violations]).toEqual([[], []]);
});

test('files of a person arrive, an edit keeps what it lists and adds what it uploads', async () => {
  const { discord, channel, here } = await startSimulator();
  const client = await connect(discord);
  const text = client.channels.cache.get(channel.id) as TextChannel;
  const posted = await here.post('', { files: [{ name: 'cat.png', type: 'image/png', data: Buffer.from([1, 2, 3]) }] });
  const fetched = await text.messages.fetch(posted.id);
  expect(fetched.attachments.map(({ name, size, contentType }) => [name, size, contentType])).toEqual([
    ['cat.png', 3, 'image/png'],
  ]);
  const file = (name: string) => new AttachmentBuilder(Buffer.from(name), { name });
  const message = await text.send({ files: [file('one.txt'), file('two.txt')] });
  const kept = [...message.attachments.values()].slice(1);
  await message.edit({ attachments: kept, files: [file('three.txt')] });
  expect(here.messages()[1]?.attachments.map(({ filename }) => filename)).toEqual(['two.txt', 'three.txt']);
  await message.delete();
  expect((await fetch(kept[0]?.url ?? '')).status).toBe(404);
});

test('an embed shows a file of its message by name', async () => {
  const { discord, channel, here } = await startSimulator();
  const client = await connect(discord);
  const text = client.channels.cache.get(channel.id) as TextChannel;
  await text.send({
    embeds: [{ image: { url: 'attachment://cat.png' } }],
    files: [new AttachmentBuilder(Buffer.from('cat'), { name: 'cat.png' })],
  });
  const [message] = here.messages();
  expect(message?.embeds).toMatchObject([{ image: { url: message?.attachments[0]?.url } }]);
});

test('a file above the limit is refused with 40005', async () => {
  const { discord, channel, here } = await startSimulator({ attachmentSizeLimit: 100 });
  const client = await connect(discord);
  const text = client.channels.cache.get(channel.id) as TextChannel;
  const large = { name: 'big.bin', type: 'application/octet-stream', data: Buffer.alloc(101) };
  await expect(text.send({ files: [new AttachmentBuilder(large.data, { name: large.name })] })).rejects.toMatchObject({
    status: 413,
    code: 40005,
  });
  await expect(here.post('', { files: [large] })).rejects.toThrow('Request entity too large');
  expect((await request(discord, 'GET', `/channels/${channel.id}/messages`)).body).toEqual([]);
});
