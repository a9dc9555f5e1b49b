import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { LoreEntry, LoreScanField } from '../../../src/personas/lorebook.ts';
import { createTextIndex } from '../../../src/prompt/lorebook/text-index.ts';
import { activateLore, DEFAULT_LORE_SETTINGS, type LoreSource, type TimedLore } from '../../../src/prompt/lorebook.ts';
import { activate, bookOf, countWords, type EntryFacts, requestOf } from './support.ts';

const word = fc.constantFrom('lamp', 'oil', 'red oil', 'Wick', 'é', 'caf', '灯', '/l.mp/i', '', ' ', 'a_b', '\x01');
const words = fc.array(word, { maxLength: 3 });
const count = fc.integer({ min: 0, max: 4 });
const decorator = fc.constantFrom(
  '',
  '@@depth 1\n',
  '@@additional_keys oil\n',
  '@@keep_activate_after_match\n',
  '@@nothing\n@@@role user\n',
  '@@position scenario\n',
);

const anyEntry: fc.Arbitrary<EntryFacts> = fc.record(
  {
    content: fc.tuple(decorator, words).map(([line, texts]) => line + texts.join(' ')),
    keys: words,
    secondaryKeys: words,
    secondaryLogic: fc.constantFrom<LoreEntry['secondaryLogic'][]>('and-any', 'not-all', 'not-any', 'and-all'),
    isSelective: fc.boolean(),
    isConstant: fc.boolean(),
    order: count,
    position: fc.constantFrom<LoreEntry['position'][]>('before-character', 'at-depth', 'outlet', 'examples-top'),
    outletName: fc.string({ maxLength: 2 }),
    probability: fc.constantFrom(undefined, 0, 50, 100),
    excludeRecursion: fc.boolean(),
    preventRecursion: fc.boolean(),
    delayUntilRecursion: count,
    scanDepth: fc.constantFrom(undefined, 0, 1, 3),
    caseSensitive: fc.constantFrom(undefined, true),
    wholeWords: fc.constantFrom(undefined, false),
    groups: fc.array(fc.constantFrom('g', 'h'), { maxLength: 2 }),
    groupWeight: count,
    groupOverride: fc.boolean(),
    sticky: count,
    cooldown: count,
    delay: count,
    alsoScans: fc.constantFrom<LoreScanField[][]>([], ['scenario']),
  },
  { requiredKeys: ['content'] },
);

const anySources: fc.Arbitrary<LoreSource[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom<LoreSource['kind'][]>('chat', 'persona', 'character', 'global'),
      entries: fc.array(anyEntry, { maxLength: 6 }),
      recursive: fc.constantFrom(undefined, true, false),
      tokenBudget: fc.constantFrom(undefined, 3),
    }),
    { maxLength: 3 },
  )
  .map((sources) =>
    sources.map(({ kind, entries, ...more }, index) => ({ id: `book ${index}`, kind, book: bookOf(entries, more) })),
  );

test('any books end within their budgets, and their state is JSON', async () => {
  await fc.assert(
    fc.asyncProperty(
      anySources,
      fc.array(
        words.map((texts) => texts.join(' ')),
        { maxLength: 5 },
      ),
      fc.record({ minActivations: count, maxRecursionSteps: count, groupScoring: fc.boolean(), depth: count }),
      fc.float({ min: 0, max: 1, noNaN: true }),
      async (sources, chat, settings, drawn) => {
        let timed: TimedLore = { sticky: {}, cooldown: {}, matched: [] };
        for (let turn = 0; turn < 3; turn += 1) {
          const facts = { chat, settings: { ...settings, budgetCap: 8 }, timed, random: () => drawn };
          const lore = await activateLore({ ...requestOf(sources, facts), messageCount: 2 * turn });
          const active = lore.report.filter(({ outcome }) => outcome === 'active');
          expect(active.reduce((sum, { tokens }) => sum + tokens, 0)).toBeLessThan(8);
          const names = lore.report.map(({ sourceId, entryId }) => `${sourceId} ${entryId}`);
          expect(new Set(names).size).toBe(names.length);
          timed = JSON.parse(JSON.stringify(lore.timed)) as TimedLore;
          expect(timed).toEqual(lore.timed);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('the index finds what a plain search finds', () => {
  const character = fc.constantFrom('a', 'b', 'A', '_', ' ', '-', 'é', '灯', '\n', '🦊');
  const texts = (maxLength: number) => fc.array(character, { maxLength }).map((all) => all.join(''));
  const bounded = (text: string, key: string) => {
    for (let from = text.indexOf(key); from >= 0; from = text.indexOf(key, from + 1)) {
      const beside = text.slice(0, from).slice(-1) + text.slice(from + key.length).slice(0, 1);
      if (!/\w/.test(beside)) return from;
    }
    return -1;
  };
  fc.assert(
    fc.property(
      texts(60),
      fc.array(
        texts(8).filter((key) => key !== ''),
        { minLength: 1, maxLength: 30 },
      ),
      (text, keys) => {
        const index = createTextIndex(text);
        const effort = { left: 1_000_000 };
        for (const key of [...keys, ...keys]) {
          expect([key, index.find(key, false, effort)]).toEqual([key, text.indexOf(key)]);
          expect([key, index.find(key, true, effort)]).toEqual([key, bounded(text, key)]);
        }
      },
    ),
    { numRuns: 400 },
  );
});

test('without effort left nothing is found', () => {
  const effort = { left: 100 };
  const index = createTextIndex('a lamp');
  expect([
    index.find('lamp', true, effort),
    index.find('lamp', true, effort),
    index.find('lamp', true, effort),
  ]).toEqual([2, 2, -1]);
});

test('words made to share one slot are found all the same', () => {
  const hashOf = (text: string) => {
    let hash = 0;
    for (const { length } of [text]) {
      for (let at = 0; at < length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    }
    return hash & 4095;
  };
  const crowd = Array.from({ length: 1_000_000 }, (_, number) => number.toString(36)).filter(
    (text) => hashOf(text) === 7,
  );
  const chosen = crowd.slice(0, 200);
  const text = `${chosen.join(' ')} ${'.'.repeat(7_000)}`;
  const index = createTextIndex(text);
  const effort = { left: 10_000_000 };
  expect(chosen.map((key) => index.find(key, true, effort))).toEqual(
    chosen.map((key) => ` ${text}`.indexOf(` ${key} `)),
  );
});

test('of more than 10,000 entries the rest is not used', async () => {
  const entries = Array.from({ length: 10_050 }, (_, index) => ({ content: 'x', isConstant: true, order: -index }));
  const { report } = await activate(entries, { contextTokens: 100_000, settings: { ...DEFAULT_LORE_SETTINGS } });
  expect(report.length).toBe(10_000);
});

test('a bomb of contents is counted as far as it fits', async () => {
  let counted = 0;
  const entries = Array.from({ length: 5_000 }, () => ({ content: 'word '.repeat(1_000), keys: ['word'] }));
  const lore = await activate(entries, {
    chat: ['word'],
    contextTokens: 8_000,
    count: async (texts) => {
      counted += texts.length;
      return texts.map(countWords);
    },
  });
  expect({ counted, active: lore.before.length, decided: lore.report.length }).toEqual({
    counted: expect.any(Number),
    active: 5_000,
    decided: 5_000,
  });
  expect(counted).toBeLessThan(10);
});
