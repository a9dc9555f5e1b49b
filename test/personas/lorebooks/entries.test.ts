import { describe, expect, test } from '@jest/globals';
import type { LoreEntry } from '../../../src/personas/lorebook.ts';
import { newEntry } from '../../../src/personas/lorebooks/new-entry.ts';
import { bookOfCard, readLorebook } from '../../../src/personas/lorebooks/read-lorebook.ts';

/** The entries of a file, each with its defaults. */
function entriesIn(json: unknown): LoreEntry[] {
  return readLorebook(json, 'file').book.entries;
}

function expected(facts: Partial<LoreEntry>): LoreEntry {
  return newEntry({ id: '0', keys: [], content: '', ...facts });
}

const bookWith = (entry: object, more: object = {}) => ({ entries: [entry], ...more });

describe("SillyTavern's entries", () => {
  test('have its defaults', () => {
    expect(entriesIn(bookWith({}))).toEqual([
      {
        id: '0',
        title: '',
        keys: [],
        secondaryKeys: [],
        keysAreRegex: false,
        secondaryLogic: 'and-any',
        isSelective: true,
        content: '',
        isEnabled: true,
        isConstant: false,
        order: 100,
        position: 'before-character',
        depth: 4,
        role: 'system',
        outletName: '',
        excludeRecursion: false,
        preventRecursion: false,
        delayUntilRecursion: 0,
        groups: [],
        groupOverride: false,
        groupWeight: 100,
        sticky: 0,
        cooldown: 0,
        delay: 0,
        ignoresBudget: false,
        alsoScans: [],
        triggers: [],
      },
    ]);
  });

  test.each([
    [{ key: 'a, b' }, { keys: ['a', 'b'] }],
    [{ key: ['  ', '', 7] }, { keys: ['  ', '7'] }],
    [
      { keysecondary: ['b'], selectiveLogic: 3, selective: false },
      { secondaryKeys: ['b'], secondaryLogic: 'and-all', isSelective: false },
    ],
    [
      { comment: 'Title', key: ['a'] },
      { title: 'Title', keys: ['a'] },
    ],
    [
      { disable: true, constant: true },
      { isEnabled: false, isConstant: true },
    ],
    [
      { order: -5, position: 4, depth: '2', role: 1 },
      { order: -5, position: 'at-depth', depth: 2, role: 'user' },
    ],
    [
      { position: 7, outletName: ' spot ' },
      { position: 'outlet', outletName: 'spot' },
    ],
    [{ position: 99, role: null }, {}],
    [{ probability: 40 }, { probability: 40 }],
    [{ probability: 400 }, { probability: 100 }],
    [{ probability: 40, useProbability: false }, {}],
    [
      { delayUntilRecursion: true, excludeRecursion: true, preventRecursion: true },
      { delayUntilRecursion: 1, excludeRecursion: true, preventRecursion: true },
    ],
    [{ delayUntilRecursion: 3 }, { delayUntilRecursion: 3 }],
    [
      { scanDepth: 0, caseSensitive: true, matchWholeWords: false, useGroupScoring: true },
      { scanDepth: 0, caseSensitive: true, wholeWords: false, groupScoring: true },
    ],
    [{ scanDepth: null, caseSensitive: null }, {}],
    [
      { group: 'g, h', groupOverride: true, groupWeight: 5 },
      { groups: ['g', 'h'], groupOverride: true, groupWeight: 5 },
    ],
    [
      { sticky: 1, cooldown: 2, delay: -3, ignoreBudget: true },
      { sticky: 1, cooldown: 2, delay: 0, ignoresBudget: true },
    ],
    [{ matchScenario: true, matchCreatorNotes: true }, { alsoScans: ['scenario', 'creatorNotes'] }],
    [
      { characterFilter: { isExclude: true, names: ['W'], tags: [] } },
      { characterFilter: { isExclude: true, names: ['W'], tags: [] } },
    ],
    [{ characterFilter: { isExclude: true, names: [], tags: [] } }, {}],
    [{ triggers: ['swipe'] }, { triggers: ['swipe'] }],
  ] as [object, Partial<LoreEntry>][])('%j', (raw, facts) => {
    expect(entriesIn(bookWith(raw))).toEqual([expected({ isSelective: true, ...facts })]);
  });
});

describe("a card's entries", () => {
  const cardEntry = (raw: object) => bookOfCard(bookWith(raw))?.entries;

  test.each([
    [{}, { position: 'after-character' }],
    [{ position: 'before_char' }, { position: 'before-character' }],
    [{ position: 'before_char_defs' }, { position: 'before-character' }],
    [{ position: 'after_char_defs' }, { position: 'after-character' }],
    [
      { position: 'before_char', extensions: { position: 4, depth: 1, role: 2 } },
      { position: 'at-depth', depth: 1, role: 'assistant' },
    ],
    [{ position: 0 }, { position: 'before-character' }],
    [
      { enabled: false, insertion_order: 7, name: 'Title' },
      { isEnabled: false, order: 7, title: 'Title' },
    ],
    [
      { selective: true, secondary_keys: ['b'] },
      { isSelective: true, secondaryKeys: ['b'] },
    ],
    [{ case_sensitive: true }, { caseSensitive: true }],
    [{ case_sensitive: true, extensions: { display_index: 0 } }, {}],
    [{ case_sensitive: true, extensions: { display_index: 0, case_sensitive: false } }, { caseSensitive: false }],
    [
      { use_regex: true, keys: ['a'], constant: true, selective: true },
      { keysAreRegex: true, keys: ['a'] },
    ],
    [
      { use_regex: true, constant: true },
      { keysAreRegex: true, isConstant: true },
    ],
    [
      { use_regex: true, keys: ['a'], constant: true, extensions: { position: 1 } },
      { keys: ['a'], isConstant: true },
    ],
    [
      {
        extensions: {
          exclude_recursion: true,
          match_whole_words: false,
          group_weight: 3,
          match_persona_description: true,
          outlet_name: 'spot',
        },
      },
      {
        excludeRecursion: true,
        wholeWords: false,
        groupWeight: 3,
        alsoScans: ['personaDescription'],
        outletName: 'spot',
      },
    ],
  ] as [object, Partial<LoreEntry>][])('%j', (raw, facts) => {
    expect(cardEntry(raw)).toEqual([expected({ position: 'after-character', ...facts })]);
  });

  test.each([[undefined], [null], ['text'], [{}], [{ entries: [] }], [{ entries: ['text'] }]])(
    '%j is no book',
    (book) => {
      expect(bookOfCard(book)).toBe(undefined);
    },
  );
});

describe('entries of other programs', () => {
  test.each([
    [
      'agnai',
      {
        kind: 'memory',
        entries: [
          { name: 'Lamp', entry: 'x', keywords: ['lamp', 'li*t', 'w?ck.'], weight: 3, priority: 9, enabled: false },
        ],
      },
      {
        title: 'Lamp',
        content: 'x',
        keys: ['lamp', '/\\bli\\w*t\\b/iu', '/\\bw\\wck\\b/iu'],
        order: 3,
        isEnabled: false,
      },
    ],
    [
      'novelai',
      {
        lorebookVersion: 5,
        entries: [
          {
            displayName: 'Lamp',
            text: 'x',
            keys: ['/l.mp/i'],
            contextConfig: { budgetPriority: 400 },
            enabled: false,
            forceActivation: true,
          },
        ],
      },
      { title: 'Lamp', content: 'x', keys: ['/l.mp/i'], order: 400, isEnabled: false, isConstant: true },
    ],
    [
      'risu',
      {
        type: 'risu',
        data: [
          {
            comment: 'Lamp',
            content: 'x',
            key: 'a, b',
            secondkey: 'c',
            selective: true,
            alwaysActive: true,
            insertorder: 7,
            activationPercent: 30,
          },
        ],
      },
      {
        title: 'Lamp',
        content: 'x',
        keys: ['a', 'b'],
        secondaryKeys: ['c'],
        isSelective: true,
        isConstant: true,
        order: 7,
        probability: 30,
      },
    ],
    ['risu with regex', { type: 'risu', data: [{ key: '/a{1,2}/i', useRegex: true }] }, { keys: ['/a{1,2}/i'] }],
    [
      'kobold',
      {
        folders: { 1: [0] },
        entries: {
          0: { title: 'Lamp', content: 'x', key: ['a'], keysecondary: ['b'], selective: true, constant: true },
        },
      },
      { title: 'Lamp', content: 'x', keys: ['a'], secondaryKeys: ['b'], isSelective: true, isConstant: true },
    ],
  ] as [string, object, Partial<LoreEntry>][])('%s', (_, json, facts) => {
    expect(entriesIn(json)).toEqual([expected(facts)]);
  });
});
