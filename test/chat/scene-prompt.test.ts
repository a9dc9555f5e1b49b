import { describe, expect, test } from '@jest/globals';
import type { PreparedScene } from '../../src/chat/scene-prompt.ts';
import { TIMED_MAX } from '../../src/core/scene-bounds.ts';
import { createPrompting, framedTexts } from './prompting.ts';

const activeOf = ({ lore }: PreparedScene) =>
  lore.report.filter(({ outcome }) => outcome === 'active').map(({ entryId }) => entryId);

describe('another version of the newest reply', () => {
  test('sees the lore that the first one saw, and nothing runs on', async () => {
    const { say, reply, prepare, scenes } = await createPrompting({
      entries: [{ keys: ['sea'], content: 'Salt.', sticky: 1, cooldown: 4 }],
    });
    const user = await say('1', 'The sea!');
    const first = await prepare(user);
    await first.settle();
    const before = await scenes.read('c');
    await reply('1');
    const second = await prepare(user, { generation: 'swipe' });
    await second.settle();
    expect([first, second].map(activeOf)).toEqual([['0'], ['0']]);
    const effect = { start: 1, isProtected: false };
    expect(before?.timed).toMatchObject({
      sticky: { 'B.0': { ...effect, end: 2 } },
      cooldown: { 'B.0': { ...effect, end: 5 } },
    });
    expect(await scenes.read('c')).toEqual(before);
  });

  test('counts as many messages and replies as the first one', async () => {
    const { say, reply, prepare } = await createPrompting({
      card: { description: 'id {{lastMessageId}}, {{allChatRange}}' },
      entries: [
        { content: 'Delayed.', isConstant: true, delay: 2 },
        { content: '@@activate_only_after 1\nAfter one.', isConstant: true },
      ],
    });
    const told = async (scene: PreparedScene) => [
      ...activeOf(scene),
      ...framedTexts(scene.frame).filter((text) => text.startsWith('id ')),
    ];
    const user = await say('1', 'Hello.');
    expect(await told(await prepare(user))).toEqual(['id 0, 0-0']);
    const earlier = await reply('1');
    expect(await told(await prepare(user, { generation: 'swipe' }))).toEqual(['id 0, 0-0']);
    expect(await told(await prepare(user, { generation: 'continue', continued: earlier }))).toEqual([
      '0',
      '1',
      'id 1, 0-1',
    ]);
    await say('2', 'And?');
    expect(await told(await prepare(user, { generation: 'swipe' }))).toEqual(['id 0, 0-0']);
  });

  test('gets the author’s note in the same interval', async () => {
    const { say, reply, prepare, set } = await createPrompting();
    const by = { id: '1', name: 'Ida' };
    await set({ note: { text: 'Rain.', depth: 4, interval: 2, position: 'in-chat', role: 'system', by, at: 0 } });
    const isNoted = ({ frame }: PreparedScene) => framedTexts(frame).includes('Rain.');
    const one = await say('1', 'Hello.');
    await reply('1');
    const two = await say('2', 'And?');
    const seen = [isNoted(await prepare(two))];
    await reply('2');
    for (const user of [two, one]) seen.push(isNoted(await prepare(user, { generation: 'swipe' })));
    expect(seen).toEqual([true, true, false]);
  });
});

describe('what a reply changes for later', () => {
  test('is changed once by a macro in a card that no lorebook looks at', async () => {
    const { say, prepare, scenes } = await createPrompting({
      card: { description: 'visit {{incvar::visits}}' },
      entries: [{ keys: ['sea'], content: 'Salt.' }],
    });
    await (await prepare(await say('1', 'The sea!'))).settle();
    expect((await scenes.read('c'))?.variables).toEqual({ visits: '1' });
  });

  const entries = ['sea', 'moon'].map((key) => ({ keys: [key], content: key, sticky: 3, scanDepth: 1 }));

  test.each(['swipe', 'continue'] as const)('is no lore, if the turn of a %s is not the newest', async (generation) => {
    const { say, reply, prepare, scenes } = await createPrompting({ entries });
    const older = await say('1', 'The sea!');
    const continued = await reply('1', 'The sea.');
    const newer = await say('2', 'The moon!');
    await (await prepare(newer)).settle();
    await reply('2');
    const before = await scenes.read('c');
    expect(Object.keys(before?.timed?.sticky ?? {})).toEqual(['B.1']);
    const again = await prepare(older, { generation, ...(generation === 'continue' ? { continued } : {}) });
    await again.settle();
    expect(await scenes.read('c')).toEqual(before);
  });

  test('joins what another reply has changed meanwhile', async () => {
    const { say, prepare, scenes, set } = await createPrompting({
      card: { description: '{{setvar::{{user}}::here}}{{if {{user}}}}{{deletevar::old of {{user}}}}{{/if}}' },
      entries: entries.map((entry) => ({ ...entry, content: `@@keep_activate_after_match\n${entry.content}` })),
    });
    await set({ variables: { 'old of Ann': '1', 'old of Bob': '2', kept: '3' } });
    const one = await prepare(await say('1', 'The sea!', 'Ann'));
    const two = await prepare(await say('2', 'The moon!', 'Bob'));
    await set({ ...(await scenes.read('c')), title: 'Changed meanwhile' });
    await two.settle();
    await one.settle();
    const scene = await scenes.read('c');
    expect(scene).toMatchObject({
      title: 'Changed meanwhile',
      variables: { kept: '3', Ann: 'here', Bob: 'here' },
      timed: { sticky: { 'B.0': { start: 1, end: 4 }, 'B.1': { start: 2, end: 5 } }, matched: ['B.1', 'B.0'] },
    });
    expect(Object.keys(scene?.variables ?? {}).length).toBe(3);
  });

  test('ends nothing that began with a later message', async () => {
    const { say, prepare, scenes } = await createPrompting({ entries });
    const older = await say('1', 'The sea!');
    const newer = await say('2', 'The moon!');
    await (await prepare(newer)).settle();
    await (await prepare(older)).settle();
    expect((await scenes.read('c'))?.timed?.sticky).toMatchObject({ 'B.0': { start: 1 }, 'B.1': { start: 2 } });
  });

  test('starts nothing anew that began with a later message', async () => {
    const { say, prepare, scenes } = await createPrompting({ entries });
    const older = await prepare(await say('1', 'The sea!'));
    await (await prepare(await say('2', 'The sea!'))).settle();
    await older.settle();
    expect((await scenes.read('c'))?.timed?.sticky).toMatchObject({ 'B.0': { start: 2 } });
  });

  test('is over when its time has come', async () => {
    const { say, reply, prepare, scenes } = await createPrompting({ entries });
    for (const [id, text] of [
      ['1', 'The sea!'],
      ['2', 'And?'],
      ['3', 'Well?'],
    ] as const) {
      await (await prepare(await say(id, text))).settle();
      await reply(id);
    }
    expect((await scenes.read('c'))?.timed?.sticky).toEqual({});
  });
});

describe('a scene keeps what the store takes', () => {
  test('of lore the newest effects', async () => {
    const entry = { content: 'x', isConstant: true, sticky: 9, cooldown: 9 };
    const { say, prepare, scenes, reply } = await createPrompting({
      entries: Array.from({ length: 2_500 }, () => entry),
    });
    for (const id of ['1', '2']) {
      await (await prepare(await say(id, 'Hello.'))).settle();
      await reply(id);
      const { sticky = {}, cooldown = {} } = (await scenes.read('c'))?.timed ?? {};
      expect([Object.keys(sticky).length, Object.keys(cooldown).length]).toEqual([TIMED_MAX, TIMED_MAX]);
    }
  });

  test('of matches the newest', async () => {
    const entry = { content: '@@keep_activate_after_match\nx', isConstant: true };
    const { say, prepare, scenes } = await createPrompting({ entries: Array.from({ length: 2_500 }, () => entry) });
    await (await prepare(await say('1', 'Hello.'))).settle();
    expect((await scenes.read('c'))?.timed?.matched.length).toBe(TIMED_MAX);
  });

  test('of variables those that were there first, also of two replies at a time', async () => {
    const long = 'é'.repeat(32_000);
    const { say, prepare, scenes } = await createPrompting({
      card: { description: `{{setvar::of {{user}}::${long}}}{{setvar::and {{user}}::${long}}}` },
    });
    const one = await prepare(await say('1', 'Hello.', 'Ann'));
    const two = await prepare(await say('2', 'Hello.', 'Bob'));
    await two.settle();
    await one.settle();
    expect((await scenes.read('c'))?.variables).toEqual({ 'of Bob': long });
  });
});
