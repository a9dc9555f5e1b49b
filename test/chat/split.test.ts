import { describe, expect, test } from '@jest/globals';
import { splitReply } from '../../src/chat/split.ts';

const LIMIT = 200;
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
