import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createSplitter, MESSAGE_MAX_LENGTH, splitReply } from '../../src/chat/split.ts';

const LIMIT = 200;
const INVISIBLE = /[\s\p{Cc}\p{Cf}\p{Cs}\p{Variation_Selector}]/gu;
const visible = (text: string) => text.replaceAll(INVISIBLE, '');
const words = (count: number, word = 'word') => Array.from({ length: count }, () => word).join(' ');

describe('where a reply is cut', () => {
  test.each([
    ['', []],
    [' \n\t\n', []],
    ['\u200b\u2060\ufeff', []],
    ['Hello', ['Hello']],
    ['\n\n Hello \n', ['Hello']],
    ['x'.repeat(2_000), ['x'.repeat(2_000)]],
    [` ${'x'.repeat(2_000)}\n`, ['x'.repeat(2_000)]],
  ])('%j needs no cut', (text, expected) => {
    expect(splitReply(text)).toEqual(expected);
  });

  const filler = words(28);
  test.each([
    ['at a blank line before a line end', `${filler}\n\none\ntwo ${filler}`, [filler, `one\ntwo ${filler}`]],
    ['at a line end before a sentence end', `${filler}\nOne. Two ${filler}`, [filler, `One. Two ${filler}`]],
    [
      'before a list item rather than inside one',
      `${words(24)}\n- one\n  more of one\n- two ${filler}`,
      [`${words(24)}\n- one\n  more of one`, `- two ${filler}`],
    ],
    [
      'at a sentence end before a space',
      `${words(26)}. Next comes this ${filler}`,
      [`${words(26)}.`, `Next comes this ${filler}`],
    ],
    [
      'at a sentence end in quotes',
      `${words(25)}!" *Next* comes this ${filler}`,
      [`${words(25)}!"`, `*Next* comes this ${filler}`],
    ],
    [
      'behind a Chinese sentence',
      `${'字'.repeat(90)}。${'文'.repeat(150)}`,
      [`${'字'.repeat(90)}。`, '文'.repeat(150)],
    ],
    [
      'not between a heading and what it heads',
      `${filler}\n\n## Heading\n\n${filler}`,
      [filler, `## Heading\n\n${filler}`],
    ],
    [
      'where the next message would not begin with a list by accident',
      `xxxx ${words(28)} - ${filler}`,
      [`xxxx ${words(27)}`, `word - ${filler}`],
    ],
    [
      'before an address',
      `${words(10)} https://example.org/${'a'.repeat(170)} end`,
      [words(10), `https://example.org/${'a'.repeat(170)} end`],
    ],
    [
      'before a link with spaces',
      `${words(20)} [some words here to read](https://example.org/${'a'.repeat(60)}) end`,
      [words(20), `[some words here to read](https://example.org/${'a'.repeat(60)}) end`],
    ],
    [
      'before inline code with spaces',
      `${words(20)} \`code with some words in it ${words(15)}\` end`,
      [words(20), `\`code with some words in it ${words(15)}\` end`],
    ],
    ['before bold words', `${words(20)} **bold ${words(20)}** end`, [words(20), `**bold ${words(20)}** end`]],
    [
      'before an italic action of a role',
      `${words(20)}\n*She ${words(22)}* "Hm?"`,
      [words(20), `*She ${words(22)}* "Hm?"`],
    ],
  ])('%s', (_place, text, expected) => {
    expect(splitReply(text, LIMIT)).toEqual(expected);
  });

  test.each([
    '<@123456789012345678>',
    '<@&123456789012345678>',
    '<#123456789012345678>',
    '<:name:123456789012345678>',
    '<a:name:123456789012345678>',
    '<t:1700000000:R>',
    '<https://example.org/some/page>',
    '[text](https://example.org)',
    '**bold**',
    '`code`',
    '||hidden||',
    '👩‍👩‍👧‍👦',
    '🇩🇪',
    'e\u0301\u0302',
    '\\*',
  ])('never inside %s, wherever it stands between letters', (atom) => {
    for (let before = 60; before < 160; before += 1) {
      const text = `${'x'.repeat(before)}${atom}${'y'.repeat(200)}`;
      const parts = splitReply(text, LIMIT);
      expect(parts.join('')).toBe(text);
      expect(parts.filter((part) => part.includes(atom))).toHaveLength(1);
    }
  });

  test('a limit below 200 is refused', () => {
    expect(() => splitReply('text', 199)).toThrow(
      new RangeError('Messages of 199 characters are too short to split into'),
    );
  });
});

describe('what is open at a cut', () => {
  const line = (index: number) => `const value${index} = ${index};`;
  const code = Array.from({ length: 20 }, (_, index) => line(index + 10)).join('\n');

  test.each([
    ['backticks', '```ts', '```'],
    ['tildes', '~~~ts', '~~~'],
    ['a longer fence', '````md', '````'],
    ['no language', '```', '```'],
  ])('a code block is closed and opened again: %s', (_kind, opening, closing) => {
    const parts = splitReply(`${opening}\n${code}\n${closing}\nAfter.`, LIMIT);
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.every((part) => part.length <= LIMIT)).toBe(true);
    const bodies = parts.map((part, index) => {
      expect(part.startsWith(`${opening}\n`)).toBe(true);
      const isLast = index === parts.length - 1;
      expect(part.endsWith(isLast ? `\n${closing}\nAfter.` : `\n${closing}`)).toBe(true);
      return part
        .trim()
        .split('\n')
        .slice(1, isLast ? -2 : -1)
        .join('\n');
    });
    expect(bodies.join('\n')).toBe(code);
  });

  test('a shorter fence inside a longer one is code', () => {
    const inner = `\`\`\`js\n${words(20)}\n\`\`\`\n`.repeat(3);
    const parts = splitReply(`\`\`\`\`md\n${inner}\`\`\`\`\nAfter.`, LIMIT);
    const bodies = parts.map((part) => /^````md\n([^]+?)\n````(?:\nAfter\.)?$/.exec(part)?.[1]);
    expect(bodies.join('\n')).toBe(inner.trimEnd());
    expect(bodies.length).toBeGreaterThan(1);
  });

  test('an indented block keeps its indentation', () => {
    const [first = '', second = ''] = splitReply(
      `- item:\n  \`\`\`ts\n${code.replaceAll(/^/gm, '  ')}\n  \`\`\``,
      LIMIT,
    );
    expect(first).toMatch(/^- item:\n {2}```ts\n(?: {2}const .*\n)+ {2}```$/);
    expect(second).toMatch(/^ {2}```ts\n(?: {2}const .*\n)+ {2}```$/);
  });

  test('a block in a quote stays in the quote', () => {
    const quoted = code.replaceAll(/^/gm, '> ');
    const [first = '', second = ''] = splitReply(`> \`\`\`ts\n${quoted}\n> \`\`\``, LIMIT);
    expect(first).toMatch(/^> ```ts\n(?:> const .*\n)+> ```$/);
    expect(second).toMatch(/^> ```ts\n(?:> const .*\n)+> ```$/);
  });

  test('indentation of code survives a cut', () => {
    const indented = code.replaceAll(/^/gm, '    ');
    const parts = splitReply(`\`\`\`\n${indented}\n\`\`\``, LIMIT);
    const lines = parts.flatMap((part) => part.split('\n')).filter((text) => text !== '```');
    expect(lines.join('\n')).toBe(indented);
  });

  test('no block is left empty by a cut at its edge', () => {
    for (let length = 100; length < 200; length += 1) {
      const parts = splitReply(
        `\`\`\`\n${'x'.repeat(length)}\n\`\`\`\n${words(60)}\n\`\`\`\n${words(60)}\n\`\`\``,
        LIMIT,
      );
      for (const part of parts) expect(part).not.toMatch(/^(`{3}\w*\n\s*`{3})/m);
    }
  });

  test('a line of code longer than a message is cut, and stays code', () => {
    const parts = splitReply(`\`\`\`json\n${'[1,2]'.repeat(100)}\n\`\`\``, LIMIT);
    expect(parts.every((part) => /^```json\n[^\n]+\n```$/.test(part))).toBe(true);
    expect(parts.map((part) => part.slice(8, -4)).join('')).toBe('[1,2]'.repeat(100));
  });

  test.each([
    ['bold', '**'],
    ['italic', '*'],
    ['underlined', '__'],
    ['both', '***'],
    ['struck through', '~~'],
    ['hidden', '||'],
    ['code', '`'],
  ])('%s words that fill more than a message are closed and opened again', (_kind, delimiter) => {
    const parts = splitReply(`${delimiter}${words(100)}${delimiter} end`, LIMIT);
    expect(parts.length).toBeGreaterThan(2);
    const bare = parts.map((part) => {
      expect(part.length).toBeLessThanOrEqual(LIMIT);
      expect(part.startsWith(`${delimiter}word`)).toBe(true);
      expect(part.replace(/ end$/, '').endsWith(`word${delimiter}`)).toBe(true);
      return part.replaceAll(delimiter, '');
    });
    expect(bare.join(' ')).toBe(`${words(100)} end`);
  });

  test('spans inside spans come back in their order', () => {
    const [first = '', second = ''] = splitReply(`**bold ~~struck *${words(100)}*~~**`, LIMIT);
    expect(first).toMatch(/^\*\*bold ~~struck \*word .*word\*~~\*\*$/);
    expect(second).toMatch(/^\*\*~~\*word .*word\*~~\*\*$/);
  });

  test('a spoiler over several paragraphs stays hidden', () => {
    const parts = splitReply(`||${words(25)}\n\n${words(25)}\n\n${words(25)}||\n\nend`, LIMIT);
    expect(parts).toEqual([`||${words(25)}||`, `||${words(25)}||`, `||${words(25)}||\n\nend`]);
  });

  test('a star that nothing closes opens nothing in the next message', () => {
    const parts = splitReply(`*${words(20)}\n\n${words(30)}`, LIMIT);
    expect(parts).toEqual([`*${words(20)}`, words(30)]);
  });

  test('signs that are no markdown open nothing', () => {
    const text = `${words(10)} 2 * 3 * 4, snake_case_name, a || b, ~ 5, [x, \\*no\\* ${words(40)}`;
    expect(splitReply(text, LIMIT).join(' ')).toBe(text);
  });

  test('a long quoted line stays quoted', () => {
    const parts = splitReply(`> ${words(100)}`, LIMIT);
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.map((part) => part.replace(/^> /, '')).join(' ')).toBe(words(100));
    expect(parts.every((part) => part.startsWith('> word'))).toBe(true);
  });
});

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
