import { describe, expect, test } from '@jest/globals';
import type { LoreEntry } from '../../../src/personas/lorebook.ts';
import { activateLore } from '../../../src/prompt/lorebook.ts';
import type { RegexPattern } from '../../../src/prompt/regex-guard.ts';
import { activate, activeOf, directRegex, type RequestFacts, requestOf, sourceOf } from './support.ts';

const SAID = "The (lamp) needs red oil. café oil_can 新しい灯台です I don't know C++! Übung";

async function hits(facts: Partial<LoreEntry>, request: RequestFacts = { chat: [SAID] }): Promise<boolean> {
  return (await activeOf([{ content: 'lore', ...facts }], request)).length === 1;
}

describe('a plain key', () => {
  test.each([
    ['lamp', true],
    ['LAMP', true],
    ['amp', false],
    ['lam', false],
    ['red oil', true],
    ['ed oi', true],
    ['ed  oil', false],
    ['café', true],
    ['caf', true],
    ['oil', true],
    ['can', false],
    ['oil_can', true],
    ['灯台', true],
    ['灯', true],
    ["don't", true],
    ['don', true],
    ['C++', true],
    ['++', false],
    ['Übung', true],
    ['bung', true],
    ['Robin', true],
    ['Robin:', true],
    [' lamp ', true],
    ['  ', true],
    ['', false],
    ['{{user}}', true],
    ['lamp,oil', false],
    ['\n', true],
  ])('%j as whole words: %j', async (key, expected) => {
    expect(await hits({ keys: [key] })).toBe(expected);
  });

  test.each([
    ['amp', true],
    ['++', true],
    ['zz', false],
  ])('%j as a part of words: %j', async (key, expected) => {
    expect(await hits({ keys: [key], wholeWords: false })).toBe(expected);
    const lore = await activeOf([{ content: 'lore', keys: [key] }], { chat: [SAID], settings: { wholeWords: false } });
    expect(lore.length === 1).toBe(expected);
  });

  test.each([
    [{ keys: ['Lamp'], caseSensitive: true }, false],
    [{ keys: ['lamp'], caseSensitive: true }, true],
    [{ keys: ['Lamp'], caseSensitive: false }, true],
    [{ keys: ['RED OIL'], caseSensitive: true }, false],
  ])('of an entry with a word on case: %j %j', async (facts, expected) => {
    expect(await hits(facts, { chat: [SAID], settings: { caseSensitive: true } })).toBe(expected);
  });

  test('does not reach from one message over to the next', async () => {
    const request = { chat: ['red', 'oil'], settings: { includeNames: false, wholeWords: false } };
    expect(await hits({ keys: ['oil\nred'] }, request)).toBe(false);
  });
});

describe('what is looked at', () => {
  const chat = ['oldest', 'older', 'new', 'newest'];
  const depths = (facts: Partial<LoreEntry>, settings: RequestFacts['settings']) =>
    activeOf(
      chat.map((word) => ({ content: word, keys: [word], order: chat.indexOf(word), ...facts })),
      { chat, settings: { recursive: false, ...settings } },
    );

  test.each([
    [0, []],
    [1, ['newest']],
    [2, ['new', 'newest']],
    [3, ['older', 'new', 'newest']],
    [9, chat],
  ])('%j messages', async (depth, expected) => {
    expect(await depths({}, { depth })).toEqual(expected);
    expect(await depths({ scanDepth: depth }, { depth: 2 })).toEqual(expected);
  });

  test('a book says how many for its entries', async () => {
    const book = sourceOf([{ content: 'lore', keys: ['older'] }], { scanDepth: 3 });
    expect((await activateLore(requestOf([book], { chat }))).before).toBe('lore');
  });

  test('names only where they are to be', async () => {
    expect(await hits({ keys: ['Robin'] }, { chat, settings: { includeNames: false } })).toBe(false);
  });

  test('fields only of entries that ask for them, and never without messages', async () => {
    const request = { chat, fields: { scenario: 'A lamp.', creatorNotes: 'An anchor.' } };
    expect(await hits({ keys: ['lamp'] }, request)).toBe(false);
    expect(await hits({ keys: ['lamp'], alsoScans: ['scenario'] }, request)).toBe(true);
    expect(await hits({ keys: ['anchor'], alsoScans: ['scenario'] }, request)).toBe(false);
    expect(await hits({ keys: ['lamp'], alsoScans: ['scenario'], scanDepth: 0 }, request)).toBe(false);
  });

  test('injected texts by all', async () => {
    expect(await hits({ keys: ['kraken'] }, { chat, injectedTexts: ['', 'The kraken stirs.'] })).toBe(true);
  });

  test('at most 1,000 messages, and no more of them than needed', async () => {
    const read = new Set<number>();
    const messages = Array.from({ length: 2_000 }, (_, index) => ({
      name: 'Robin',
      get content() {
        read.add(index);
        return `message ${index}`;
      },
    }));
    const request = requestOf([sourceOf([{ content: 'lore', keys: ['zzz'] }])]);
    await activateLore({ ...request, messages });
    expect(read).toEqual(new Set([0, 1]));
    await activateLore({ ...request, messages, settings: { ...request.settings, depth: 5_000 } });
    expect(read.size).toBe(1_000);
  });
});

describe('secondary keys', () => {
  test.each([
    ['and-any', ['alpha', 'none'], true],
    ['and-any', ['none'], false],
    ['not-all', ['alpha', 'none'], true],
    ['not-all', ['alpha', 'beta'], false],
    ['not-any', ['none'], true],
    ['not-any', ['alpha', 'none'], false],
    ['and-all', ['alpha', 'beta'], true],
    ['and-all', ['alpha', 'none'], false],
    ['and-all', [], true],
  ] as const)('%s of %j: %j', async (secondaryLogic, secondaryKeys, expected) => {
    const facts = { keys: ['lamp'], secondaryLogic, secondaryKeys: [...secondaryKeys] };
    const request = { chat: ['lamp alpha beta'] };
    expect(await hits({ ...facts, isSelective: true }, request)).toBe(expected);
    expect(await hits({ ...facts, isSelective: false }, request)).toBe(true);
    expect(await hits({ ...facts, isSelective: true, keys: ['other'] }, request)).toBe(false);
  });
});

describe('a key that is a regular expression', () => {
  test.each([
    [['/l.mp/'], true],
    [['/L.MP/'], false],
    [['/L.MP/i'], true],
    [['/^lamp/'], false],
    [['/\\x01Robin: the (lamp)/i'], true],
    [['/a\\/b/'], true],
    [['/a/b/'], false],
    [['l.mp'], false],
  ])('%j: %j', async (keys, expected) => {
    expect(await hits({ keys }, { chat: ['The lamp a/b.'] })).toBe(expected);
  });

  test.each([
    [{ keys: ['l.mp'] }, true],
    [{ keys: ['L.MP'] }, true],
    [{ keys: ['L.MP'], caseSensitive: true }, false],
    [{ keys: ['/L.MP/'] }, false],
  ])('without slashes, where the entry says so: %j %j', async (facts, expected) => {
    expect(await hits({ ...facts, keysAreRegex: true }, { chat: ['The lamp'] })).toBe(expected);
  });

  test('the guard is asked once for all of a text, with 64 KiB of it at most', async () => {
    const asked: { patterns: string[]; length: number; ends: string }[] = [];
    const regex = {
      ...directRegex,
      test: async (patterns: readonly RegexPattern[], text: string) => {
        asked.push({ patterns: patterns.map(({ source }) => source), length: text.length, ends: text.slice(-9) });
        return patterns.map(({ source }) => source === 'a');
      },
    };
    const entries = [['/a/', '/b/'], ['/b/', '/c/'], ['plain']].map((keys) => ({ content: 'lore', keys }));
    const request = { chat: ['word '.repeat(20_000)], injectedTexts: ['The note'], regex };
    expect(await activeOf(entries, { ...request, settings: { recursive: false } })).toEqual(['lore']);
    expect(asked).toEqual([{ patterns: ['a', 'b', 'c'], length: 65_536, ends: '\x01The note' }]);
  });

  test('the guard is not asked for plain keys', async () => {
    const regex = { ...directRegex, test: () => Promise.reject(new Error('asked')) };
    expect(await activeOf([{ content: 'lore', keys: ['lamp'] }], { chat: ['lamp'], regex })).toEqual(['lore']);
  });
});

test('the report names the key that hit', async () => {
  const lore = await activate([{ content: 'some lore', title: 'Lamp', keys: ['oil', 'Lamp'] }], { chat: ['a lamp'] });
  expect(lore.report).toEqual([
    {
      sourceId: 'B',
      entryId: '0',
      title: 'Lamp',
      outcome: 'active',
      because: 'Lamp',
      tokens: 2,
      position: 'before-character',
    },
  ]);
});
