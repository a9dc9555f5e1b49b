import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createMacros } from '../../../src/prompt/macros.ts';
import { macroContext } from './support.ts';

const expand = (text: string, random: () => number, chatId = 'chat') =>
  createMacros(macroContext({ random, chatId })).expand(text);

describe('{{random}}', () => {
  test.each([
    ['{{random::a::b::c}}', ['a', 'b', 'c']],
    ['{{random:a::b::c}}', ['a', 'b', 'c']],
    ['{{random a, b ,c}}', ['a', 'b', 'c']],
    ['{{random:a\\, b,c}}', ['a, b', 'a, b', 'c']],
    ['{{random::a,b,c}}', ['a', 'b', 'c']],
    ['{{random::a,b::c}}', ['a,b', 'a,b', 'c']],
    ['{{random:a,b\\}}', ['a', 'a', 'b\\']],
    ['{{random::{{user}}::{{char}}}}', ['Robin', 'Robin', 'Wren']],
    ['[{{random}}]', ['[]', '[]', '[]']],
    ['[{{random::}}]', ['[]', '[]', '[]']],
  ])('%s takes each item', (text, items) => {
    expect([0, 0.49, 0.999].map((fraction) => expand(text, () => fraction))).toEqual(items);
  });
});

describe('{{pick}}', () => {
  const never = () => Number.NaN;
  const list = '{{pick::a::b::c::d::e::f::g::h}}';

  test('stays the same in one text of one conversation', () => {
    expect(expand(list, never)).toEqual(expand(list, never));
    expect(expand(list, never)).toMatch(/^[a-h]$/);
  });

  test('differs by place, text and conversation', () => {
    const many = (texts: string[]) => new Set(texts).size;
    const numbers = Array.from({ length: 40 }, (_, index) => index);
    expect(many(expand(list.repeat(40), never).split(''))).toBeGreaterThan(5);
    expect(many(numbers.map((number) => expand(`${list} ${number}`, never).charAt(0)))).toBeGreaterThan(5);
    expect(many(numbers.map((number) => expand(list, never, `chat ${number}`)))).toBeGreaterThan(5);
  });

  test('is the same where a field is named and where it stands', () => {
    const macros = createMacros(macroContext({ fields: { description: list } }));
    expect(macros.expand('So: {{description}}')).toEqual(`So: ${macros.expand(list, { isCardText: true })}`);
  });
});

describe('{{roll}}', () => {
  test.each([
    ['{{roll:d6}}', '4'],
    ['{{roll 2d6+3}}', '11'],
    ['{{roll::20}}', '11'],
    ['{{roll::1D8-1}}', '4'],
    ['{{roll::1000d1}}', '1000'],
    ['{{roll::1d1000000000}}', '500000001'],
    ...['', 'x', '0d6', '2d0', '1001d6', '1d1000000001', '99999d6', '2d6+', '2d6 + 1', 'd', '1e3d6'].map((formula) => [
      `[{{roll::${formula}}}]`,
      '[]',
    ]),
  ])('%s', (text, expected) => {
    expect(expand(text, () => 0.5)).toEqual(expected);
  });

  test('is never less than one for each die, nor more than its sides', () => {
    const dice = fc.record({ count: fc.integer({ min: 1, max: 20 }), sides: fc.integer({ min: 1, max: 100 }) });
    fc.assert(
      fc.property(dice, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), ({ count, sides }, fraction) => {
        const total = Number(expand(`{{roll ${count}d${sides}}}`, () => fraction));
        expect([total >= count, total <= count * sides]).toEqual([true, true]);
      }),
    );
  });
});
