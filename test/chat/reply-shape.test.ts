import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createReplyShape } from '../../src/chat/reply-shape.ts';

const shape = createReplyShape({ speaker: ['Mira', 'Mirabelle'], others: ['Ann'], emotions: ['joy', 'anger-1'] });

/** What is shown of each beginning of a text, and of the whole. */
const growing = (text: string) =>
  Array.from({ length: text.length }, (_, index) => shape(text.slice(0, index + 1), { finished: false }).text);

describe('the words of a persona', () => {
  test.each([
    ['as they are', 'Hello, Ann.', 'Hello, Ann.'],
    ['without its label', 'Mira: Hello.', 'Hello.'],
    ['without the label of its whole name', 'Mirabelle: Hello.', 'Hello.'],
    ['without the label before a later line', 'Hello.\nMira: Again.', 'Hello.\nAgain.'],
    ['without its emotion', '[joy] Mira: Hello.', 'Hello.'],
    ['with a bracket that is no emotion', '[aside] Hello.', '[aside] Hello.'],
  ])('are shown %s', (_, text, expected) => {
    expect(shape(text, { finished: true })).toMatchObject({ text: expected, isOver: false });
  });

  test.each([
    ['a member', 'Hello.\n\nAnn: Hi!', 'Hello.'],
    ['the user, however called', 'Hello.\nUser: Hi!', 'Hello.'],
    ['a member at once', 'Ann: Hi!', ''],
  ])('end where the line of %s begins', (_, text, expected) => {
    expect(shape(text, { finished: false })).toMatchObject({ text: expected, isOver: true });
    expect(shape(text, { finished: true })).toMatchObject({ text: expected, isOver: true });
  });

  test('never show what they take back later', () => {
    for (const text of ['[joy] Mira: Hello.\nAnn: Hi!', '[joking] Hello.', 'Miracles happen.\nAnnual: x']) {
      const shown = growing(text);
      const whole = shape(text, { finished: true }).text;
      for (const part of shown) expect(whole.startsWith(part)).toBe(true);
    }
  });

  test('tell the emotion once it is known', () => {
    expect(shape('[jo', { finished: false })).toEqual({ text: '', isOver: false });
    expect(shape('[Joy] He', { finished: false })).toEqual({ text: 'He', isOver: false, emotion: 'joy' });
  });
});

test('without pictures of emotions a tag is text', () => {
  const plain = createReplyShape({ speaker: ['Mira'], others: [], emotions: [] });
  expect(plain('[joy] Hello.', { finished: true })).toEqual({
    text: '[joy] Hello.',
    isOver: false,
    emotion: undefined,
  });
});

test('a text is shaped as it is, whatever was seen before', () => {
  const piece = fc.constantFrom('Mira: ', 'Ann', ': ', 'Hello.', '\n', '[joy] ', '```\n', '**', ' ');
  const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
  const look = fc.record({ text, length: fc.nat({ max: 40 }), finished: fc.boolean() });
  fc.assert(
    fc.property(fc.array(look, { maxLength: 8 }), text, (looks, whole) => {
      const names = { speaker: ['Mira'], others: ['Ann'], emotions: ['joy'] };
      const used = createReplyShape(names);
      const growing = Array.from(whole, (_, index) => ({ text: whole.slice(0, index + 1), finished: false }));
      for (const { text: seen, finished } of [...looks, ...growing, { text: whole, finished: true }]) {
        expect(used(seen, { finished })).toEqual(createReplyShape(names)(seen, { finished }));
      }
    }),
  );
});
