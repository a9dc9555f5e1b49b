import { describe, expect, test } from '@jest/globals';
import { type ShownReply, shownAs, shownHeading } from '../../src/discord/shown-reply.ts';
import type { Turn } from '../../src/storage/history.ts';

const LINK = '-# ↪ [Ann](https://discord.com/channels/1/2/3)\n';

function turnOf(content: string | undefined, { author = 'built-in:mira', ids = ['m1', 'm2'] } = {}): Turn {
  const user = { id: 'u', role: 'user' as const, author: { id: '1', name: 'Ann' }, content: 'Hi', at: 0 };
  const reply = {
    id: 'r',
    role: 'assistant' as const,
    author: { id: author, name: 'Mira*' },
    content: content ?? '',
    discordMessageIds: ids,
    at: 0,
    replyTo: 'u',
  };
  return { user: { ...user, discordMessageIds: [] }, reply: content === undefined ? undefined : reply };
}

const message = (content: string, more: Partial<ShownReply> = {}): ShownReply => ({
  id: 'm1',
  content,
  webhookId: '9',
  applicationId: '5',
  author: { username: 'Mira' },
  ...more,
});

describe('what stands above a reply', () => {
  test.each([
    ['nothing', 'Hello.', ''],
    ['what it answers', `${LINK}Hello.`, LINK],
    ['the question', '> Hi\nHello.', '> Hi\n'],
    ['notes and the question', '-# A note\n> Hi\nHello.', '-# A note\n> Hi\n'],
    ['the question and a name', '> Hi\n**Mira\\***\nHello.', '> Hi\n**Mira\\***\n'],
    ['a name', '**Mira\\***\nHello.', '**Mira\\***\n'],
    ['the question, where a notice stands in the place of its words', '> Hi\nThe API refused this.', '> Hi\n'],
  ])('is %s', (_, content, expected) => {
    expect(shownHeading(turnOf('Hello.'), message(content))).toBe(expected);
  });

  test.each([
    ['a quote', '> Quoth she\nYes.'],
    ['small print', '-# whispers\nYes.'],
    ['its own name', '**Mira\\***\nthat is me.'],
  ])('is not a part of a reply that begins with %s', (_, reply) => {
    expect(shownHeading(turnOf(reply), message(reply))).toBe('');
    expect(shownHeading(turnOf(reply), message(LINK + reply))).toBe(LINK);
  });

  test('is found where there is no reply yet', () => {
    expect(shownHeading(turnOf(undefined), message(`${LINK}The API refused this.`))).toBe(LINK);
  });

  test('is not in a later message of the reply', () => {
    expect(shownHeading(turnOf('Hello.'), message('> Hi\nand so on', { id: 'm2' }))).toBe('');
  });
});

describe('the messages of a reply', () => {
  test('are those that the history knows, or the one at hand', () => {
    expect(shownAs(turnOf('Hello.'), message('', { id: 'm2' })).messageIds).toEqual(['m1', 'm2']);
    expect(shownAs(turnOf('Hello.'), message('', { id: 'm7' })).messageIds).toEqual(['m7']);
    expect(shownAs(turnOf(undefined), message('')).messageIds).toEqual(['m1']);
  });

  test.each([
    ['a webhook', { webhookId: '9', applicationId: '5' }, true],
    ['the answer to a command', { webhookId: '5', applicationId: '5' }, false],
    ['the bot’s own account', { webhookId: null, applicationId: null }, false],
  ])('by %s', (_, written, isByWebhook) => {
    expect(shownAs(turnOf('Hello.'), message('', written)).isByWebhook).toBe(isByWebhook);
  });
});
