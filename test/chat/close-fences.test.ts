import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { closeOpenFences, splitReply } from '../../src/chat/split.ts';

describe('a part that is still being written', () => {
  test.each([
    ['Hello', 'Hello'],
    ['Hello \n', 'Hello'],
    ['```js\nconst x', '```js\nconst x\n```'],
    ['```js\nconst x;\n', '```js\nconst x;\n```'],
    ['```js\nconst x;\n``', '```js\nconst x;\n```'],
    ['```js\nconst x;\n```', '```js\nconst x;\n```'],
    ['````md\n```\ncode', '````md\n```\ncode\n````'],
    ['~~~\ncode', '~~~\ncode\n~~~'],
    ['> ```\n> code', '> ```\n> code\n> ```'],
    ['- item\n  ```\n  code', '- item\n  ```\n  code\n  ```'],
    ['Look:\n```js', 'Look:'],
    ['Look:\n``', 'Look:'],
    ['Look:\n```js\n', 'Look:'],
    ['```js', '```js'],
    ['a `code', 'a `code`'],
    ['a ``code', 'a ``code``'],
    ['a `', 'a'],
    ['a `b` c', 'a `b` c'],
    ['**bold', '**bold**'],
    ['**bold*', '**bold**'],
    ['a **', 'a **'],
    ['*She smiles.* "Hm', '*She smiles.* "Hm'],
    ['*She smi', '*She smi*'],
    ['||secret', '||secret||'],
    ['||secret|', '||secret||'],
    ['||secret ||', '||secret ||'],
    ['||secret || and more', '||secret || and more'],
    ['||word \n\n||word', '||word \n\n||word'],
    ['a ||secret || and more', 'a ||secret || and more'],
    ['x ||hidden text ||', 'x ||hidden text ||'],
    ['|| secret ||, and more', '|| secret ||, and more'],
    ['a || b', 'a || b'],
    ['~~gone', '~~gone~~'],
    ['**bold *both', '**bold *both***'],
    ['**never closed\n\nnext paragraph', '**never closed\n\nnext paragraph'],
    ['2 * 3 and a_b', '2 * 3 and a_b'],
    ['- item with *words', '- item with *words*'],
    ['', ''],
  ])('%j is shown as %j', (part, expected) => {
    expect(closeOpenFences(part)).toBe(expected);
  });

  test('words are not closed where that would be one character too many', () => {
    const part = `**${'x'.repeat(1_996)}`;
    expect(closeOpenFences(part)).toBe(`${part}**`);
    expect(closeOpenFences(`${part}x`)).toBe(`${part}x`);
  });

  const piece = fc.constantFrom(
    'word ',
    '\n',
    '\n\n',
    '```js\n',
    '\n```',
    '~~~\n',
    '`',
    '**',
    '*',
    '||',
    '~~',
    '- ',
    '> ',
    '\u200b',
    'x'.repeat(60),
  );
  const markdown = fc.array(piece, { maxLength: 50 }).map((pieces) => pieces.join(''));

  test('what is shown of any part of a reply fits a message and is not blank', () => {
    fc.assert(
      fc.property(markdown, (text) => {
        for (const part of splitReply(text, 200)) {
          const shown = closeOpenFences(part, 200);
          expect(shown.length).toBeLessThanOrEqual(200);
          expect(shown).toMatch(/[^\s\u200b]/);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test.each(['||word \n\n||word ', '||```js\n||word '])(
    'after %j a code block is closed, and closed for good',
    (text) => {
      const shown = `${text}\n\`\`\`js\ncode\n\`\`\``;
      expect(closeOpenFences(`${text}\n\`\`\`js\ncode`)).toBe(shown);
      expect(closeOpenFences(`${shown}\n\nafter`)).toBe(`${shown}\n\nafter`);
    },
  );

  test('what is shown leaves no code block open', () => {
    fc.assert(
      fc.property(markdown, (text) => {
        const shown = closeOpenFences(`${text}\n\`\`\`js\ncode`);
        expect(closeOpenFences(`${shown}\n\nafter`)).toMatch(/\n\nafter(?:\|\|)?$/);
      }),
    );
  });
});
