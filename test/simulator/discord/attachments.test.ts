import { describe, expect, test } from '@jest/globals';
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
  const [embed] = (message?.embeds ?? []) as { image: { url: string } }[];
  expect(await (await fetch(embed?.image.url ?? '')).text()).toBe('cat');
  expect(discord.violations).toEqual([]);
});

describe('a file that an embed shows', () => {
  async function startEmbed() {
    const place = await startSimulator();
    const client = await connect(place.discord);
    const text = client.channels.cache.get(place.channel.id) as TextChannel;
    const cat = new AttachmentBuilder(Buffer.from('cat'), { name: 'cat.png' });
    const embed = { title: 'Cat', image: { url: 'attachment://cat.png' } };
    const sent = await text.send({ embeds: [embed], files: [cat] });
    const files = () => place.here.messages()[0]?.attachments.map(({ filename }) => filename);
    return { ...place, text, sent, embed, cat, files };
  }

  test('is not listed among the attachments, not even after an edit of the text', async () => {
    const { sent, text, files } = await startEmbed();
    await sent.edit('look');
    expect([sent.attachments.size, (await text.messages.fetch(sent.id)).attachments.size, files()]).toEqual([0, 0, []]);
  });

  test('stands beside the embed once that is sent with its address, and goes back by its name', async () => {
    const { sent, files, embed } = await startEmbed();
    await sent.edit({ embeds: [{ ...embed, image: { url: sent.embeds[0]?.image?.url ?? '' } }] });
    expect(files()).toEqual(['cat.png']);
    await sent.edit({ embeds: [embed] });
    expect(files()).toEqual([]);
    await sent.edit({ embeds: [], attachments: [], content: 'gone' });
    expect(files()).toEqual([]);
  });

  test('may be an icon, too', async () => {
    const { discord, text, cat, here } = await startEmbed();
    await text.send({ embeds: [{ author: { name: 'Mira', icon_url: 'attachment://cat.png' } }], files: [cat] });
    const [embed] = (here.messages()[1]?.embeds ?? []) as { author: { icon_url: string } }[];
    expect([await (await fetch(embed?.author.icon_url ?? '')).text(), discord.violations]).toEqual(['cat', []]);
  });

  test.each([
    { name: 'missing', file: 'dog.png', named: 'cat.png' },
    { name: 'no picture', file: 'cat.txt', named: 'cat.txt' },
  ])('is shown by nobody if it is $name, which is held against the bot', async ({ file, named }) => {
    const { discord, text } = await startEmbed();
    const files = [new AttachmentBuilder(Buffer.from('x'), { name: file })];
    await text.send({ embeds: [{ image: { url: `attachment://${named}` } }], files });
    expect(discord.violations).toEqual([`an embed shows nothing for attachment://${named}`]);
  });
});

test('a component cannot show a file that is missing', async () => {
  const { discord, channel } = await startSimulator();
  const gallery = { type: 12, items: [{ media: { url: 'attachment://cat.png' } }] };
  const sent = await request(discord, 'POST', `/channels/${channel.id}/messages`, {
    flags: 32_768,
    components: [gallery],
  });
  expect(sent).toMatchObject({
    status: 400,
    body: { errors: { components: { _errors: [{ code: 'UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND' }] } } },
  });
});

test('a list of attachments decides which uploads are kept, and what those that were there are called', async () => {
  const { discord, channel, here } = await startSimulator();
  const send = async (method: string, path: string, body: object) => {
    const form = new FormData();
    form.set('payload_json', JSON.stringify(body));
    for (const n of [0, 1]) form.set(`files[${n}]`, new Blob([`file ${n}`]), `${n}.txt`);
    const answer = await fetch(`${discord.apiUrl}/v10/channels/${channel.id}/messages${path}`, {
      method,
      headers: { authorization: `Bot ${discord.token}` },
      body: form,
    });
    return (await answer.json()) as { id: string; attachments: { id: string }[] };
  };
  const { id, attachments } = await send('POST', '', { attachments: [{ id: 1 }] });
  await send('PATCH', `/${id}`, { attachments: [{ id: attachments[0]?.id, description: 'the second' }] });
  expect(here.messages()[0]?.attachments).toMatchObject([{ filename: '1.txt', description: 'the second' }]);
});

test('an answer to an interaction shows its files as well, new ones in its edits', async () => {
  const { discord, here } = await startSimulator();
  const client = await connect(discord);
  await register(discord, command('show'));
  const file = (name: string) => new AttachmentBuilder(Buffer.from(name), { name });
  const picture = (name: string) => ({ embeds: [{ image: { url: `attachment://${name}` } }], files: [file(name)] });
  const errors = onInteraction(client, async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await interaction.reply(picture('one.png'));
    await interaction.editReply({ ...picture('two.png'), attachments: [] });
    await interaction.followUp(picture('three.png'));
  });
  const shown = await (await here.slash('show')).waitFor((messages) => messages.length === 2 && messages);
  const urls = shown.flatMap(({ embeds }) => embeds.map((embed) => (embed.image as { url: string }).url));
  expect(await Promise.all(urls.map(async (url) => (await fetch(url)).text()))).toEqual(['two.png', 'three.png']);
  expect([shown.map(({ attachments }) => attachments.length), errors, discord.violations]).toEqual([[0, 0], [], []]);
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
