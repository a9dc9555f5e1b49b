import { describe, expect, test } from '@jest/globals';
import type { TimedEffect, TimedLore } from '../../../src/prompt/lorebook.ts';
import { activateLore } from '../../../src/prompt/lorebook.ts';
import { activate, decisionsOf, type EntryFacts, requestOf, sourceOf } from './support.ts';

const EMPTY: TimedLore = { sticky: {}, cooldown: {}, matched: [] };
const lamp = (facts: Partial<EntryFacts>): EntryFacts => ({ content: 'lore', keys: ['lamp'], scanDepth: 1, ...facts });

/** Turn for turn, each of two messages, the newest with or without the key; what is active, as a row of marks. */
async function play(facts: Partial<EntryFacts>, row: string): Promise<string> {
  const sources = [sourceOf([lamp(facts)])];
  let timed = EMPTY;
  let active = '';
  for (const [turn, mark] of row.split('').entries()) {
    const request = requestOf(sources, {
      chat: [mark === 'x' ? 'lamp' : 'nothing'],
      messageCount: 2 + 2 * turn,
      timed,
    });
    const lore = await activateLore(request);
    timed = JSON.parse(JSON.stringify(lore.timed)) as TimedLore;
    active += lore.before === 'lore' ? 'x' : '.';
  }
  return active;
}

describe('timed effects, of two messages a turn', () => {
  test.each([
    ['none', {}, 'x.x.x', 'x.x.x'],
    ['sticky', { sticky: 3 }, 'x....', 'xx...'],
    ['sticky begins anew after its end', { sticky: 3 }, 'xxx..', 'xxxx.'],
    ['cooldown', { cooldown: 4 }, 'xxxxxx', 'x.x.x.'],
    ['sticky, then cooldown', { sticky: 2, cooldown: 4 }, 'xxxxxxx', 'x..x..x'],
    ['delay', { delay: 5 }, 'xxxx', '..xx'],
  ])('%s', async (_, facts, row, expected) => {
    expect(await play(facts, row)).toBe(expected);
  });

  test('sticky entries need no luck and win their groups', async () => {
    const sources = [
      sourceOf([
        lamp({ sticky: 4, probability: 50, groups: ['g'], content: 'a' }),
        lamp({ keys: ['oil'], groups: ['g'], content: 'b' }),
      ]),
    ];
    const first = await activateLore(requestOf(sources, { chat: ['lamp'], messageCount: 2 }));
    const request = { chat: ['oil'], messageCount: 4, timed: first.timed, random: () => 0.99 };
    expect(decisionsOf(await activateLore(requestOf(sources, request)))).toEqual([
      'lamp: active (sticky)',
      'oil: lost-group (oil)',
    ]);
  });
});

describe('the state', () => {
  const effect = (start: number, end: number, facts: Partial<TimedEffect> = {}): TimedEffect => ({
    start,
    end,
    isProtected: false,
    hash: 'x',
    ...facts,
  });

  test.each([
    ['of a conversation that did not advance goes', effect(4, 9), 4, false],
    ['stays then if it is protected', effect(4, 9, { isProtected: true }), 4, true],
    ['of an entry that is not here stays until its end', effect(2, 9), 8, true],
    ['goes then', effect(2, 9), 9, false],
  ])('%s', async (_, stored, messageCount, stays) => {
    const timed = { ...EMPTY, sticky: { 'other.0': stored }, cooldown: { 'other.1': stored } };
    const lore = await activate([], { timed, messageCount });
    expect(lore.timed).toEqual(stays ? timed : EMPTY);
  });

  const after = async (facts: Partial<EntryFacts>, timed: TimedLore, messageCount: number) => {
    const lore = await activate([lamp(facts)], { chat: ['nothing'], timed, messageCount });
    return { before: lore.before, timed: lore.timed };
  };

  test('of an entry that has not this effect goes', async () => {
    const { timed } = await activate([lamp({ cooldown: 5 })], { chat: ['lamp'] });
    expect(await after({ cooldown: 5 }, { ...EMPTY, sticky: timed.cooldown }, 2)).toEqual({ before: '', timed: EMPTY });
  });

  test('of an entry that was edited stays, without effect', async () => {
    const { timed } = await activate([lamp({ sticky: 5 })], { chat: ['lamp'] });
    expect(await after({ sticky: 5 }, timed, 2)).toEqual({ before: 'lore', timed });
    expect(await after({ sticky: 4 }, timed, 2)).toEqual({ before: '', timed });
  });

  test('what is hindered is told', async () => {
    const entries = [lamp({ cooldown: 4 }), lamp({ delay: 9 }), lamp({ delay: 9, keys: ['none'] })];
    const { timed } = await activate(entries, { chat: ['lamp'], messageCount: 2 });
    const lore = await activate(entries, { chat: ['lamp'], messageCount: 4, timed });
    expect(decisionsOf(lore)).toEqual(['lamp: cooling-down (lamp)', 'lamp: delayed (lamp)']);
  });
});
