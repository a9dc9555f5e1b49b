import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { REST } from 'discord.js';
import type { EditClock } from '../../src/chat/edit-clock.ts';
import type { ReplyControl, ReplyTarget } from '../../src/chat/reply-target.ts';
import { createChannelTarget } from '../../src/discord/channel-target.ts';
import { type CommandContext, defineAction, defineCommand } from '../../src/discord/command.ts';
import { createInteractionTarget } from '../../src/discord/interaction-target.ts';
import { watchRateLimits } from '../../src/discord/rate-limits.ts';
import { isGone } from '../../src/discord/report-error.ts';
import { createThreads } from '../../src/discord/threads.ts';
import { createWebhookMessages } from '../../src/discord/webhook-messages.ts';
import { createWebhookTarget } from '../../src/discord/webhook-target.ts';
import { createWebhookRest, createWebhooks } from '../../src/discord/webhooks.ts';
import type { ChannelHandle } from '../../src/simulator/discord/index.ts';
import { type DispatchScene, startDispatch } from '../discord/dispatch-scene.ts';
import { FakeClock } from '../support/fake-clock.ts';

const CONTROLS: ReplyControl[] = [{ action: 'stop', id: 'reply-1' }];

let scene: DispatchScene;
let place: ChannelHandle;
/** The channel of the place, when that is a thread. */
let parentId: string | undefined;
/** The bucket of each answer of Discord, as the edit clock gets to know it. */
let observed: string[];
let asked: (context: CommandContext) => void;

const say = defineCommand({
  name: 'say',
  description: 'Asks',
  action: defineAction({
    description: 'Asks',
    options: {},
    isPrivate: false,
    execute: async (context) => asked(context),
  }),
});

beforeAll(async () => {
  scene = await startDispatch([say], { name: 'Dramatis' });
});
afterAll(() => scene.close());
beforeEach(() => {
  place = scene.guild.createTextChannel({ name: 'room' });
  parentId = undefined;
  observed = [];
});

function watched(rest: REST): REST {
  const editClock: Pick<EditClock, 'observe'> = { observe: (key) => void observed.push(key) };
  watchRateLimits(rest, editClock as EditClock);
  return rest;
}

const botRest = () => new REST({ api: scene.discord.apiUrl }).setToken(scene.discord.token);
const showTyping = () => () => {};
const logger = { debug() {}, info() {}, warn() {}, error() {} };

async function ofInteraction(reuse?: string[]): Promise<ReplyTarget> {
  const context = await new Promise<CommandContext>((resolve) => {
    asked = resolve;
    void scene.mia.in(place).slash('say');
  });
  const { applicationId, token } = context.interaction;
  const rest = watched(new REST({ api: scene.discord.apiUrl }));
  const { acknowledged } = context;
  return createInteractionTarget({ rest, applicationId, token, isPrivate: false, acknowledged, reuse });
}

async function ofChannel(reuse?: string[]): Promise<ReplyTarget> {
  return createChannelTarget({ rest: watched(botRest()), channelId: place.id, reuse, replyId: 'reply-1', showTyping });
}

async function ofWebhook(reuse?: string[], threadId?: string): Promise<ReplyTarget> {
  const rest = botRest();
  const { applicationId, apiUrl } = scene.discord;
  const avatarsOf = () => ({ read: async () => undefined, write: async () => {} });
  const webhooks = createWebhooks({ rest, applicationId, name: 'Dramatis', avatarsOf, clock: new FakeClock(), logger });
  const messages = createWebhookMessages({
    rest,
    webhookRest: watched(createWebhookRest({ apiUrl })),
    webhooks,
    threads: createThreads({ rest }),
  });
  return createWebhookTarget({
    rest,
    webhooks,
    messages,
    channelId: parentId ?? place.id,
    threadId,
    username: 'Seraphina',
    avatarUrl: async () => undefined,
    reuse,
    showTyping,
    logger,
  });
}

async function ofThread(reuse?: string[]): Promise<ReplyTarget> {
  if (parentId === undefined) {
    parentId = place.id;
    place = await scene.mia.in(place).startThread({ name: 'scene' });
  }
  return ofWebhook(reuse, place.id);
}

const contents = () => place.messages().map(({ content }) => content);
const ids = () => place.messages().map(({ id }) => id);

const implementations = [
  { name: 'an interaction', open: ofInteraction },
  { name: 'the bot’s own messages', open: ofChannel },
  { name: 'a webhook', open: ofWebhook },
  { name: 'a webhook in a thread', open: ofThread },
];

describe.each(implementations)('a reply by $name', ({ open }) => {
  test('stands in the order of its parts, and knows their messages', async () => {
    const target = await open();
    const { messageIds } = target;
    await target.create(0, { content: 'One', controls: [] });
    await target.create(1, { content: 'Two', controls: [] });
    expect([contents(), messageIds]).toEqual([['One', 'Two'], ids()]);
    expect(target.messageIds).toBe(messageIds);
  });

  test('changes each part, its words and its buttons', async () => {
    const target = await open();
    await target.create(0, { content: 'One', controls: CONTROLS });
    await target.create(1, { content: 'Two', controls: [] });
    expect(place.messages()[0]?.components).toMatchObject([{ components: [{ custom_id: 'stop:reply-1' }] }]);
    await target.edit(0, { content: 'One!', controls: [] });
    await target.edit(1, { content: 'Two!', controls: CONTROLS });
    expect(contents()).toEqual(['One!', 'Two!']);
    expect(place.messages().map(({ components }) => components.length)).toEqual([0, 1]);
  });

  test('pings nobody', async () => {
    const target = await open();
    await target.create(0, { content: `<@${scene.alice.id}> @everyone`, controls: [] });
    await target.edit(0, { content: `<@${scene.alice.id}> @here`, controls: [] });
    expect(place.messages()[0]?.mentions).toEqual({ userIds: [], roleIds: [], everyone: false });
  });

  test('loses its last part', async () => {
    const target = await open();
    await target.create(0, { content: 'One', controls: [] });
    await target.create(1, { content: 'Two', controls: [] });
    await target.remove(1);
    expect([contents(), target.messageIds]).toEqual([['One'], ids()]);
    await target.create(1, { content: 'Three', controls: [] });
    expect([contents(), target.messageIds]).toEqual([['One', 'Three'], ids()]);
  });

  test('tells beforehand which bucket it spends from', async () => {
    const target = await open();
    const told: string[] = [];
    const write = async (kind: 'create' | 'edit', index: number) => {
      told.push(target.bucketOf(kind, index));
      await target[kind](index, { content: `${kind} ${index}`, controls: [] });
    };
    await write('create', 0);
    await write('edit', 0);
    await write('create', 1);
    await write('edit', 1);
    expect(observed).toEqual(told);
    expect(told[1]).toBe(told[3]);
  });

  test('says so when its place is gone', async () => {
    const target = await open();
    await target.create(0, { content: 'One', controls: [] });
    place.delete();
    const refused: unknown = await target.edit(0, { content: 'One!', controls: [] }).catch((error: unknown) => error);
    expect(isGone(refused)).toBe(true);
  });
});

// An interaction has none of its own.
describe.each(implementations.slice(1))('a reply by $name', ({ open }) => {
  test('takes the place of an earlier one', async () => {
    const earlier = await open();
    await earlier.create(0, { content: 'Old', controls: CONTROLS });
    await earlier.create(1, { content: 'Older', controls: [] });
    const target = await open([...earlier.messageIds]);
    expect(target.bucketOf('create', 0)).toBe(target.bucketOf('edit', 0));
    await target.create(0, { content: 'New', controls: [] });
    await target.create(1, { content: 'Newer', controls: [] });
    await target.create(2, { content: 'Newest', controls: [] });
    expect([contents(), target.messageIds]).toEqual([['New', 'Newer', 'Newest'], ids()]);
  });
});
