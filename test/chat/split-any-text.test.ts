import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createSplitter, MESSAGE_MAX_LENGTH, splitReply } from '../../src/chat/split.ts';

const LIMIT = 200;
const INVISIBLE = /[\s\p{Cc}\p{Cf}\p{Cs}\p{Variation_Selector}]/gu;
const visible = (text: string) => text.replaceAll(INVISIBLE, '');

/** Markdown at its most awkward: every construct, opened, closed, half written, nested and torn. */
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('word ', 'A sentence. ', 'more words here, ', '\n', '\n\n', ' ') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('```§\n', '```\n', '\n```\n', '~~~\n', '````§§\n', '\n````\n', '  ```\n', '> ```\n'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '**',
      '*',
      '__',
      '_',
      '~~',
      '||',
      '`',
      '``',
      '***',
      '\\',
      '[a](',
      '](',
      ')',
      '[',
      '<',
      '>',
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom('- item\n', '1. one\n', '> quote\n', '# Heading\n', '  - nested\n', '> ') },
  fc.constantFrom(
    '<@123456789012345678>',
    '<:e:12>',
    'https://example.org/a_b*c',
    '[text](http://x.y)',
    '`code x`',
    '**bold words**',
  ),
  fc.constantFrom(
    '👩‍👩‍👧‍👦',
    '🇩🇪🇫🇷',
    'e\u0301',
    '日本語。',
    '\u200b',
    '\u200d',
    '\ufe0f',
    '\ud83d',
    '\udc00',
    '\t',
    '\r\n',
  ),
  fc.integer({ min: 20, max: 250 }).map((length) => 'x'.repeat(length)),
  fc.integer({ min: 20, max: 250 }).map((length) => '`'.repeat(length)),
  fc.integer({ min: 100, max: 300 }).map((length) => `z${'\u0301'.repeat(length)}`),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const markdown = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));

/** No half markers, which with the letters behind them make a language that a repair writes again. */
const tidyMarkdown = fc
  .array(
    piece.filter((text) => !/^[`~]+$/.test(text)),
    { maxLength: 60 },
  )
  .map((pieces) => pieces.join(''));

/** What no repair adds. */
const unrepaired = (text: string) => visible(text).replaceAll(/[`~*_|>§]/g, '');

function isWithin(text: string, other: string): boolean {
  let at = 0;
  for (let index = 0; index < other.length; index += 1) if (other[index] === text[at]) at += 1;
  return at === text.length;
}

describe('any text', () => {
  const runs = { numRuns: 1_000 };

  test('gives parts that fit, are not blank, are well-formed where the text is', () => {
    fc.assert(
      fc.property(markdown, (text) => {
        for (const part of splitReply(text, LIMIT)) {
          expect(part.length).toBeLessThanOrEqual(LIMIT);
          expect(visible(part)).not.toBe('');
          if (text.isWellFormed()) expect(part.isWellFormed()).toBe(true);
        }
      }),
      runs,
    );
  });

  test('loses nothing visible but the markers of blocks', () => {
    fc.assert(
      fc.property(markdown, (text) => {
        expect(isWithin(unrepaired(text), unrepaired(splitReply(text, LIMIT).join('')))).toBe(true);
      }),
      runs,
    );
  });

  test('adds nothing but the signs of blocks, spans and quotes', () => {
    fc.assert(
      fc.property(tidyMarkdown, (text) => {
        const parts = splitReply(text, LIMIT);
        expect(unrepaired(parts.join(''))).toBe(unrepaired(text));
        if (parts.length === 1) expect(text).toContain(parts[0]);
      }),
      runs,
    );
  });

  test('plain words come out as they went in', () => {
    const plain = fc.array(fc.constantFrom('word', 'longerword', 'a', 'x'.repeat(90), '日本語'), { maxLength: 200 });
    fc.assert(
      fc.property(plain, (list) => {
        expect(splitReply(list.join(' '), LIMIT).join(' ')).toBe(list.join(' '));
      }),
    );
  });

  test('no character that readers see as one is torn, unless it is longer than a message', () => {
    const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
    const graphemes = fc.array(
      fc.oneof(
        fc.string({ unit: 'grapheme-composite', minLength: 1, maxLength: 1 }),
        fc.constantFrom('👩‍👩‍👧‍👦', '🇩🇪', '👍🏽', 'ก็', 'नि', '각', 'e\u0301\u0302', 'x'),
      ),
      { minLength: 200, maxLength: 400 },
    );
    fc.assert(
      fc.property(graphemes, (list) => {
        const text = list
          .join('')
          .replaceAll(/[\s\p{C}*_~|`<>[\]()#\\]/gu, (found) => (found === '\u200d' ? found : ''));
        const parts = splitReply(text, LIMIT);
        fc.pre(parts.join('') === text);
        const whole = Array.from(segmenter.segment(text), ({ segment }) => segment);
        expect(parts.flatMap((part) => Array.from(segmenter.segment(part), ({ segment }) => segment))).toEqual(whole);
      }),
      { numRuns: 200 },
    );
  });

  test('a growing text changes its last part only, and never takes a part back', () => {
    fc.assert(
      fc.property(markdown, fc.array(fc.nat({ max: 400 }), { minLength: 1, maxLength: 20 }), (text, steps) => {
        let length = 0;
        let before: string[] = [];
        for (const step of steps) {
          length = Math.min(text.length, length + step);
          const parts = splitReply(text.slice(0, length), LIMIT);
          expect(parts.slice(0, Math.max(0, before.length - 1))).toEqual(before.slice(0, -1));
          expect(parts.length).toBeGreaterThanOrEqual(before.length);
          before = parts;
        }
      }),
      runs,
    );
  });

  test('a splitter that sees the text grow says the same as one that sees it whole, also when the text is replaced', () => {
    fc.assert(
      fc.property(markdown, markdown, fc.array(fc.nat({ max: 400 }), { maxLength: 10 }), (text, other, steps) => {
        const split = createSplitter(LIMIT);
        let length = 0;
        for (const step of steps) {
          length += step;
          expect(split(text.slice(0, length))).toEqual(splitReply(text.slice(0, length), LIMIT));
        }
        expect(split(other)).toEqual(splitReply(other, LIMIT));
        expect(split(text)).toEqual(splitReply(text, LIMIT));
      }),
      { numRuns: 500 },
    );
  });
});

describe('the work that a text takes', () => {
  // A text that were read again for each of its parts would not be through before the test's time is over.
  test.each([
    ['backticks', '`'],
    ['runs of backticks', '` `` ```\n'],
    ['open brackets', '['],
    ['open links', '[]('],
    ['stars', '*a '],
    ['angles', '<a'],
    ['flags', '🇩🇪'],
    ['combining marks', '\u0301'],
    ['quote signs', '> '],
    ['fences', '```\n'],
    ['letters', 'aB3'],
    ['headings', '# \n'],
  ])('half a megabyte of %s is split like any other text', (_kind, unit) => {
    const text = unit.repeat(500_000 / unit.length);
    const parts = splitReply(text);
    expect(parts.length).toBeGreaterThan(200);
    expect(parts.every((part) => part.length <= MESSAGE_MAX_LENGTH)).toBe(true);
  });

  test('a megabyte of nothing to see gives no part', () => {
    expect(splitReply('\u200b\n '.repeat(333_333))).toEqual([]);
  });
});
