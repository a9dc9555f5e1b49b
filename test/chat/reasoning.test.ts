import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { separateReasoning } from '../../src/chat/reasoning.ts';

const finished = { finished: true };
const growing = { finished: false };

describe('a finished reply', () => {
  test.each([
    ['Hello', 'Hello', ''],
    [' Hello\n', 'Hello\n', ''],
    ['<think>hm</think>Hello', 'Hello', 'hm'],
    ['<think>\nhm\n</think>\n\nHello', 'Hello', 'hm'],
    ['<thinking>hm</thinking>Hello', 'Hello', 'hm'],
    ['<THINK>hm</Think>Hello', 'Hello', 'hm'],
    ['<think>one</think>Hello <think>two</think> world', 'Hello world', 'one\n\ntwo'],
    ['hm, let me see</think>\n\nHello', 'Hello', 'hm, let me see'],
    ['<think>one</think>two</think>Hello', 'Hello', 'one\n\ntwo'],
    ['<think>hm', '', 'hm'],
    ['Hello <think>hm', 'Hello ', 'hm'],
    ['<think></think>', '', ''],
    ['<think>a <think> b</think>Hello', 'Hello', 'a <think> b'],
    ['<think>the tag `</think>Hello', 'Hello', 'the tag `'],
    ['The tag `<think>` opens it', 'The tag `<think>` opens it', ''],
    ['The tag ``a ` <think>`` opens it', 'The tag ``a ` <think>`` opens it', ''],
    ['```\n<think>\n```\nSo', '```\n<think>\n```\nSo', ''],
    ['~~~\n</think>\n~~~\nSo', '~~~\n</think>\n~~~\nSo', ''],
    ['```\n<think> in a block that never ends', '```\n<think> in a block that never ends', ''],
    ['a ` stray\n\n<think>hm</think>b', 'a ` stray\n\nb', 'hm'],
    ['2 < 3 <thi', '2 < 3 <thi', ''],
    ['<thinker>', '<thinker>', ''],
    ['', '', ''],
  ])('%j', (raw, text, reasoning) => {
    expect(separateReasoning(raw, finished)).toEqual({ text, reasoning });
  });

  test.each([
    ['Dramatis: Hello', 'Hello'],
    ['  dramatis:Hello', 'Hello'],
    ['**Dramatis:** Hello', 'Hello'],
    ['**Dramatis**: Hello', 'Hello'],
    ['<think>hm</think>Dramatis: Hello', 'Hello'],
    ['Dramatis: Dramatis: Hello', 'Dramatis: Hello'],
    ['Dramatis says: Hello', 'Dramatis says: Hello'],
    ['Hello, Dramatis: Hello', 'Hello, Dramatis: Hello'],
    ['Drama', 'Drama'],
  ])('without its own name in front: %j', (raw, text) => {
    expect(separateReasoning(raw, { finished: true, ownName: 'Dramatis' }).text).toBe(text);
  });

  test('an empty own name takes nothing away', () => {
    expect(separateReasoning(': Hello', { finished: true, ownName: '' }).text).toBe(': Hello');
  });
});

describe('a reply that grows', () => {
  test.each([
    ['Hello <', 'Hello ', ''],
    ['Hello <thi', 'Hello ', ''],
    ['Hello </THINK', 'Hello ', ''],
    ['<think>hm</thi', '', 'hm'],
    ['Hello <|eot', 'Hello ', ''],
    ['Hello <<S', 'Hello ', ''],
    ['Hello [/IN', 'Hello ', ''],
    ['Hello [link', 'Hello [link', ''],
    ['2 < 3', '2 < 3', ''],
  ])('holds half a tag back: %j', (raw, text, reasoning) => {
    expect(separateReasoning(raw, growing)).toEqual({ text, reasoning });
  });

  test.each(['D', 'Dramatis', 'dramatis:', '**Dramatis', '**', 'Dramatis: '])(
    'holds half its own name back: %j',
    (raw) => {
      expect(separateReasoning(raw, { finished: false, ownName: 'Dramatis' }).text).toBe('');
    },
  );

  test('shows what turns out not to be its own name', () => {
    expect(separateReasoning('Drama is', { finished: false, ownName: 'Dramatis' }).text).toBe('Drama is');
  });

  test('never shows a piece of a tag, and never takes back what it showed before an opening tag', () => {
    const raw = 'Dramatis: Hello **you** <think>hm `x` <b></think> 2 < 3 <|eot_id|>';
    const shown = Array.from(raw, (_, index) =>
      separateReasoning(raw.slice(0, index + 1), { finished: false, ownName: 'Dramatis' }),
    );
    for (const [index, { text, reasoning }] of shown.entries()) {
      expect('Hello **you** 2 < 3 '.startsWith(text)).toBe(true);
      expect('hm `x` <b>'.startsWith(reasoning)).toBe(true);
      expect(text.length).toBeGreaterThanOrEqual(shown[index - 1]?.text.length ?? 0);
    }
    expect(shown.at(-1)).toEqual({ text: 'Hello **you** 2 < 3 ', reasoning: 'hm `x` <b>' });
  });
});

describe('any text', () => {
  const word = fc.stringMatching(/^[a-z ,.]{0,12}$/);
  const piece = fc.oneof(
    word,
    fc.constantFrom(
      '<think>',
      '</think>',
      '<thinking>',
      '</Thinking>',
      '`',
      '``',
      '```\n',
      '\n',
      '\n\n',
      '<',
      '</s>',
      '<|eot_id|>',
    ),
  );
  const raw = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
  const letters = (text: string) => text.replaceAll(/<\/?think(?:ing)?>|<\|eot_id\|>|<\/s>|\s/gi, '');

  test('every letter goes to the text or to the reasoning, none to both', () => {
    fc.assert(
      fc.property(raw, (content) => {
        const { text, reasoning } = separateReasoning(content, finished);
        const sorted = (whole: string) => Array.from(letters(whole)).toSorted().join('');
        expect(sorted(text + reasoning)).toBe(sorted(content));
      }),
      { numRuns: 1_000 },
    );
  });

  test('without code, no tag is left in the text', () => {
    fc.assert(
      fc.property(raw, (content) => {
        const { text } = separateReasoning(content.replaceAll('`', ''), finished);
        expect(text).not.toMatch(/<\/?think(?:ing)?>/i);
      }),
    );
  });

  test('an opening tag makes all after it reasoning until the closing one', () => {
    fc.assert(
      fc.property(word, word, word, (before, inside, after) => {
        expect(separateReasoning(`${before}<think>${inside}</think>${after}!`, finished)).toEqual({
          text: `${before.trimStart()}${/(?:^|\s)$/.test(before.trimStart()) ? after.trimStart() : after}!`,
          reasoning: inside.trim(),
        });
      }),
    );
  });

  // A text that were read again for each tag would not be through before the test's time is over.
  test.each([
    '<think>',
    '<think></think>',
    '</think>',
    '`',
    '<',
    '<think ',
    '```\n',
    '<|eot_id|>',
    '</s>',
    '` `` ``` ',
  ])('a long run of %j is read once', (unit) => {
    const { text, reasoning } = separateReasoning(unit.repeat(50_000), growing);
    expect(text.length + reasoning.length).toBeLessThanOrEqual(unit.length * 50_000);
  });
});
