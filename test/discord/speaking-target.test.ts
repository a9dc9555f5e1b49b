import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Logger } from '../../src/core/logger.ts';
import type { Faces } from '../../src/discord/faces.ts';
import { createSpeakingTargets, type SpeakingPlace } from '../../src/discord/speaking-target.ts';
import type { ChannelHandle } from '../../src/simulator/discord/index.ts';
import { part, shown, startWebhooks, type WebhookScene, WITHOUT_WEBHOOKS } from './webhook-scene.ts';

const MIRA = { ref: 'built-in:mira' as const, name: 'Mira' };
const NO_FACES: Faces = { of: async () => ({ avatarUrl: async () => undefined, decoration: () => undefined }) };
const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

let scene: WebhookScene;
let channel: ChannelHandle;
beforeAll(async () => {
  scene = await startWebhooks();
});
afterAll(() => scene.close());
beforeEach(() => {
  channel = scene.newChannel();
});

function open(place: Partial<Omit<SpeakingPlace, 'where'>> & { where?: { guildId: string } } = {}) {
  const targets = createSpeakingTargets({ ...scene, faces: NO_FACES, showTyping: () => () => {}, logger: silent });
  const where = { channelId: channel.id, guildId: scene.guild.id, ...place.where };
  return targets.open({ replyId: 'r', speaker: MIRA, ...place, where });
}

/** Shows a reply, and gives what stands in the channel then. */
async function written(place: Parameters<typeof open>[0] = {}) {
  const { target, heading, place: kept } = await open(place);
  await target.create(0, part(`${heading}Ahoy.`));
  return { messages: shown(channel), kept, messageIds: target.messageIds };
}

describe('a persona speaks', () => {
  test('by the channel’s webhook', async () => {
    const { messages, kept } = await written();
    expect(messages).toEqual(['Mira: Ahoy.']);
    expect(kept).toEqual({
      channelId: channel.id,
      isPrivate: false,
      parentId: undefined,
      guildId: scene.guild.id,
      persona: { ...MIRA, isByWebhook: true },
    });
  });

  test('below a link to what it answers, in which no name does harm', async () => {
    const question = await scene.alice.in(channel).post('Hi');
    const { messages } = await written({ replyTo: { id: question.id, authorName: 'A](x)[b\n' } });
    expect(messages.at(-1)).toBe(
      `Mira: -# ↪ [A  x  b](https://discord.com/channels/${scene.guild.id}/${channel.id}/${question.id})\nAhoy.`,
    );
  });

  test('by the bot’s own account where there can be no webhook, with its name above', async () => {
    const guild = scene.discord.createGuild({ name: 'Bare', botPermissions: WITHOUT_WEBHOOKS });
    channel = guild.createTextChannel({ name: 'room' });
    const { messages, kept } = await written({ where: { guildId: guild.id } });
    expect(messages[0]).toMatch(/: \*\*Mira\*\*\nAhoy\.$/);
    expect(kept.persona).toEqual({ ...MIRA, isByWebhook: false });
  });

  test('anew by the bot’s own account where its webhook’s messages cannot be changed any more', async () => {
    const { messageIds } = await written();
    const shownBefore = { messageIds, isByWebhook: true };
    scene.guild.setBotPermissions(WITHOUT_WEBHOOKS);
    scene.webhooks.forget(await scene.webhooks.of(channel.id));
    try {
      const { messages } = await written({ shown: shownBefore });
      expect(messages.length).toBe(2);
      expect(messages[1]).toMatch(/: \*\*Mira\*\*\nAhoy\.$/);
    } finally {
      scene.guild.setBotPermissions(WITHOUT_WEBHOOKS | (1n << 29n) | (1n << 13n));
    }
  });

  test('in the messages that the bot’s own account wrote, where it wrote them', async () => {
    const first = await written({ speaker: undefined });
    const { messages } = await written({ shown: { messageIds: first.messageIds, isByWebhook: false } });
    expect(messages.length).toBe(1);
    expect(messages[0]).toMatch(/: \*\*Mira\*\*\nAhoy\.$/);
  });
});

test('the assistant speaks by the bot’s own account, as a reply', async () => {
  const question = await scene.alice.in(channel).post('Hi');
  const { kept } = await written({ speaker: undefined, replyTo: { id: question.id, authorName: 'Alice' } });
  expect(channel.messages().at(-1)).toMatchObject({ content: 'Ahoy.', replyToId: question.id });
  expect(kept.persona).toBe(undefined);
});
