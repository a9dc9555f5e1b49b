import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../../../src/core/errors.ts';
import type { LoreEntry } from '../../../src/personas/lorebook.ts';
import { readLorebook } from '../../../src/personas/lorebooks/read-lorebook.ts';

const FOLDER = new URL('../../../../shared/data/formats/', import.meta.url);

/** The entries of a file, each with its defaults. */
function entriesIn(json: unknown): LoreEntry[] {
  return readLorebook(json, 'file').book.entries;
}

const bookWith = (entry: object, more: object = {}) => ({ entries: [entry], ...more });

describe('formats', () => {
  test.each([
    ['sillytavern', { entries: { 0: { uid: 0, key: ['a'], content: 'x' } } }],
    ['sillytavern', { entries: [{ key: ['a'], content: 'x' }] }],
    ['v3', { spec: 'lorebook_v3', data: { entries: [{ keys: ['a'], content: 'x' }] } }],
    ['v3', { entries: [{ keys: ['a'], content: 'x' }] }],
    ['chub', { is_creation: false, recursive_scanning: true, entries: { 7: { keys: ['a'], content: 'x' } } }],
    ['agnai', { kind: 'memory', entries: [{ keywords: ['a'], entry: 'x' }] }],
    ['novelai', { lorebookVersion: 5, entries: [{ keys: ['a'], text: 'x', enabled: true }] }],
    [
      'risu',
      {
        type: 'risu',
        ver: 1,
        data: [
          { key: 'a', content: 'x' },
          { mode: 'folder', key: '' },
        ],
      },
    ],
    ['kobold', { folders: {}, entries: { 5: { key: ['a'], content: 'x' } } }],
    [
      'card',
      { spec: 'chara_card_v2', data: { name: 'W', character_book: { entries: [{ keys: ['a'], content: 'x' }] } } },
    ],
    ['card', { name: 'W', character_book: { entries: { 3: { keys: ['a'], content: 'x' } } } }],
    ['card', { kind: 'character', name: 'W', characterBook: { entries: [{ keywords: ['a'], entry: 'x' }] } }],
  ])('%s', (format, json) => {
    const file = readLorebook(json, 'file');
    const texts = file.book.entries.map(({ keys, content, isEnabled }) => ({ keys, content, isEnabled }));
    expect({ format: file.format, texts }).toEqual({ format, texts: [{ keys: ['a'], content: 'x', isEnabled: true }] });
    // What is stored is `raw`: it gives the same book once more.
    expect(readLorebook(JSON.parse(JSON.stringify(file.raw)), 'file').book).toEqual(file.book);
  });
});

test.each([
  ['a list', [], 'This file is no lorebook: it holds no JSON object. Export it again.'],
  ['nothing', null, 'This file is no lorebook: it holds no JSON object. Export it again.'],
  [
    'a card without a book',
    { spec: 'chara_card_v3', data: { name: 'W' } },
    'This file is a character card without a lorebook, not a lorebook. Import it with `/persona import`.',
  ],
  [
    'a card of a single level',
    { name: 'W', first_mes: 'Hi' },
    'This file is a character card without a lorebook, not a lorebook. Import it with `/persona import`.',
  ],
  ['a preset', { prompts: [] }, 'This file is a preset, not a lorebook. Attach a lorebook instead.'],
  ['a chat', { messages: [] }, 'This file is a chat, not a lorebook. Import it with `/history import`.'],
  [
    'anything else',
    { hello: 1 },
    'This file is no lorebook that is known here. Attach the JSON file that SillyTavern, Agnai, NovelAI, RisuAI or Chub exports.',
  ],
])('%s is no lorebook', (_, json, sentence) => {
  expect(() => readLorebook(json, 'file')).toThrow(new UserError('input', sentence));
});

describe('the book', () => {
  test('has the name in the file, else of the file, and its own limits in either spelling', () => {
    const entry = { keys: ['a'], content: 'x' };
    const named = {
      name: ' Seas ',
      description: 'Of it',
      scan_depth: '3',
      token_budget: 500,
      recursive_scanning: false,
    };
    const camel = { scanDepth: 3, tokenBudget: 500, recursiveScanning: false };
    const { entries: _, ...book } = readLorebook(bookWith(entry, named), 'file').book;
    expect(book).toEqual({ name: 'Seas', description: 'Of it', scanDepth: 3, tokenBudget: 500, recursive: false });
    const other = readLorebook(bookWith({ key: ['a'] }, camel), 'file').book;
    expect(other).toMatchObject({ name: 'file', scanDepth: 3, tokenBudget: 500, recursive: false });
    expect(readLorebook(bookWith(entry, { token_budget: 0 }), 'file').book.tokenBudget).toBe(undefined);
  });

  test('gives each entry an id of its own', () => {
    const entries = [{ uid: 1 }, { uid: 1 }, {}, { uid: '2' }, { uid: 'x' }].map((entry) => ({ ...entry, key: ['a'] }));
    expect(entriesIn({ entries }).map(({ id }) => id)).toEqual(['1', '1-2', '2', '2-2', 'x']);
  });

  test('warns of what cannot work', () => {
    const entries = Array.from({ length: 10_002 }, (_, index) => ({ keys: index < 2 ? [] : ['a'], content: 'x' }));
    const many = readLorebook({ entries }, 'file');
    expect({ kept: many.book.entries.length, warnings: many.warnings }).toEqual({
      kept: 10_000,
      warnings: [
        'It has 10002 entries; only the first 10000 are used.',
        '2 of its entries have no keys and are not constant, so nothing activates them.',
      ],
    });
    expect(readLorebook({ spec: 'lorebook_v3', data: {} }, 'file').warnings).toEqual(['This lorebook has no entries.']);
  });
});

test('any JSON is read or refused in a sentence, and the book is JSON', () => {
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.string()));
  const entry = fc.dictionary(
    fc.constantFrom(
      'key',
      'keys',
      'keywords',
      'content',
      'position',
      'depth',
      'role',
      'extensions',
      'uid',
      'group',
      'order',
    ),
    leaf,
  );
  const book = fc.record(
    {
      entries: fc.oneof(fc.array(fc.oneof(entry, leaf)), fc.dictionary(fc.string(), entry), leaf),
      spec: fc.constantFrom('lorebook_v3', 'chara_card_v2'),
      kind: fc.constantFrom('memory', 'character'),
      type: fc.constant('risu'),
      data: fc.oneof(fc.array(entry), entry),
      folders: fc.constant({}),
      character_book: fc.oneof(entry, leaf),
      characterBook: entry,
      lorebookVersion: leaf,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(book, fc.jsonValue()), (json) => {
      try {
        const read = readLorebook(json, 'file').book;
        expect(JSON.parse(JSON.stringify(read))).toEqual(read);
        expect(new Set(read.entries.map(({ id }) => id)).size).toBe(read.entries.length);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
      }
    }),
    { numRuns: 1_000 },
  );
});

test('real files, where they are at hand', () => {
  const counted = (folder: string) => {
    const path = new URL(`${folder}/`, FOLDER);
    if (!existsSync(path)) return {};
    const names = readdirSync(path).toSorted();
    return Object.fromEntries(
      names.map((name) => {
        const json: unknown = JSON.parse(readFileSync(new URL(name, path), 'utf8'));
        try {
          return [name, readLorebook(json, name).book.entries.length];
        } catch {
          return [name, 0];
        }
      }),
    );
  };
  const books = { ...counted('lorebook-st'), ...counted('card-json') };
  const wanted = {
    'tavernkit-world_one.json': 1,
    'tavernkit-world_two.json': 1,
    'tavernkit-ccv2_with_overrides.json': 2,
    'tavernkit-ccv3_st_export_like.json': 1,
    'tavernkit-full_v2_card.json': 1,
    'tavernkit-full_v3_card.json': 1,
    'tavernkit-with_lorebook.json': 2,
  };
  const found = Object.fromEntries(Object.entries(books).filter(([, count]) => count > 0));
  expect(found).toEqual(Object.keys(books).length === 0 ? {} : wanted);
});
