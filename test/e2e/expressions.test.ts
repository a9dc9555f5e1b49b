import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newCard } from '../../src/personas/cards/card.ts';
import { plainPng, writePng } from '../../src/personas/cards/png.ts';
import { writeCardFile } from '../../src/personas/cards/write-card-file.ts';
import { type Here, Permission, type ShownMessage } from '../../src/simulator/discord/index.ts';
import { type BotWorld, startBot } from '../support/bot.ts';
import { freePort } from '../support/free-port.ts';
import { answerOf, openPanel, press } from '../support/panel.ts';
import { pressed } from './roleplay-scene.ts';
import { completions, isFinished, lastPrompt } from './scene.ts';

/** Pictures that differ, and are all the same to look at. */
const picture = (label: string) => ({
  mediaType: 'image/png' as const,
  bytes: new Uint8Array(writePng(plainPng(), [['Comment', label]])),
});
const JOY = picture('joy');
const NEUTRAL = picture('neutral');
const PORTRAIT = picture('portrait');

let folder: string;
let world: BotWorld;
/** Of somebody who may manage the server. */
let here: Here;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dramatis-'));
  world = await startBot({ env: { STORE_URL: `sqlite://${join(folder, 'store.sqlite')}` } });
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  const guild = world.discord.createGuild({ name: 'Home' });
  const admins = guild.createRole({ name: 'Admins', permissions: Permission.ManageGuild });
  const ada = world.discord.createPerson({ name: 'Ada' });
  guild.join(ada, { roles: [admins] });
  here = ada.in(guild.createTextChannel({ name: 'room' }));
  const { name, bytes } = await writeCardFile({
    as: 'charx',
    card: newCard({ name: 'Aria', description: 'A pilot.', firstMessage: 'Ahoy.' }),
    portrait: PORTRAIT,
    expressions: { joy: JOY, neutral: NEUTRAL },
    otherAssets: {},
    now: 0,
  });
  const file = { name, type: 'application/zip', data: Buffer.from(bytes) };
  await answerOf(await here.slash('persona import', {}, { files: { file } }));
  await answerOf(await here.slash('persona use', { persona: 'Aria' }));
});
afterEach(() => {
  world.api.clearLog();
  expect(world.log.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
});

/** Chooses how emotions show. */
async function show(label: 'Below the text' | 'As the portrait'): Promise<void> {
  await press(here, await openPanel(here, 'Personas'), label);
}

/** Aria's reply, once it is finished and says this. */
async function spoken(reply: string, shown: string): Promise<ShownMessage> {
  world.api.next(reply);
  const { id } = await here.post(`<@${world.discord.botUserId}> hello`);
  return here.waitFor((messages) =>
    messages.find(
      (message) =>
        BigInt(message.id) > BigInt(id) &&
        message.author.name === 'Aria' &&
        message.content.endsWith(shown) &&
        isFinished(message),
    ),
  );
}

async function bytesAt(url: unknown): Promise<Buffer> {
  const response = await fetch(String(url));
  if (!response.ok) throw new Error(`${String(url)}: ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

const thumbnailOf = ({ embeds: [embed] }: ShownMessage) => bytesAt((embed?.['thumbnail'] as { url?: string })?.url);
const wordsOf = ({ content }: ShownMessage) => content.replace(/^-# .*\n/, '');
/** What the model was told of emotions. */
const isTold = () => JSON.stringify(completions(world.api).at(-1)?.body).includes('Choose from: joy, neutral.');

describe('off, as at first', () => {
  test('the model is not asked for emotions, and brackets stay what they are', async () => {
    const reply = await spoken('[joy] Hello.', 'Hello.');
    expect(wordsOf(reply)).toBe('[joy] Hello.');
    expect(reply.embeds).toEqual([]);
    expect(isTold()).toBe(false);
  });
});

describe('below the text', () => {
  beforeEach(() => show('Below the text'));

  test('the picture of the emotion stands below the reply, and its tag is nowhere', async () => {
    const reply = await spoken('[joy] Hello.', 'Hello.');
    expect(isTold()).toBe(true);
    expect(wordsOf(reply)).toBe('Hello.');
    expect(Buffer.compare(await thumbnailOf(reply), JOY.bytes)).toBe(0);
    expect(reply.attachments).toEqual([]);
    await spoken('[sadness] Bye.', 'Bye.');
    expect(lastPrompt(world.api)).toEqual(['user: Ada: hello', 'assistant: Hello.', 'user: Ada: hello']);
  });

  test('an emotion that has no picture shows the neutral one', async () => {
    expect(Buffer.compare(await thumbnailOf(await spoken('[Anger] Go.', 'Go.')), NEUTRAL.bytes)).toBe(0);
  });

  test('an unknown tag stays text, and a reply without one has no picture', async () => {
    const unknown = await spoken('[door] It creaks.', 'It creaks.');
    expect([wordsOf(unknown), unknown.embeds]).toEqual(['[door] It creaks.', []]);
    const none = await spoken('Just words.', 'Just words.');
    expect([wordsOf(none), none.embeds]).toEqual(['Just words.', []]);
  });

  test('each version of a reply has its own picture', async () => {
    const first = await spoken('[joy] One.', 'One.');
    world.api.next('[neutral] Two.');
    const second = await pressed(here, first, 'Regenerate', 'Two.');
    expect(Buffer.compare(await thumbnailOf(second), NEUTRAL.bytes)).toBe(0);
    const back = await pressed(here, second, '◀', 'One.');
    expect(Buffer.compare(await thumbnailOf(back), JOY.bytes)).toBe(0);
  });
});

describe('as the portrait', () => {
  test('each reply has the portrait of its emotion, from the address of the operator', async () => {
    const port = await freePort();
    const publicUrl = `http://127.0.0.1:${port}`;
    await world.restart({ PUBLIC_URL: publicUrl, PICTURES_PORT: String(port) });
    await show('As the portrait');

    const plain = await spoken('Just words.', 'Just words.');
    expect(plain.author.avatarUrl).toMatch(new RegExp(`^${publicUrl}/pictures/[\\da-f]{64}/guild%3A\\d+%3A[\\w-]+/`));
    expect(Buffer.compare(await bytesAt(plain.author.avatarUrl), PORTRAIT.bytes)).toBe(0);
    const joyful = await spoken('[joy] Hello.', 'Hello.');
    expect([wordsOf(joyful), joyful.embeds]).toEqual(['Hello.', []]);
    expect(Buffer.compare(await bytesAt(joyful.author.avatarUrl), JOY.bytes)).toBe(0);

    await world.restart();
    await expect(bytesAt(joyful.author.avatarUrl)).rejects.toThrow();
    const below = await spoken('[joy] Below.', 'Below.');
    expect(below.author.avatarUrl).not.toContain('/pictures/');
    expect(Buffer.compare(await thumbnailOf(below), JOY.bytes)).toBe(0);
  });
});
