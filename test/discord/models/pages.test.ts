import { describe, expect, test } from '@jest/globals';
import { layOut, pageButtons, pageOf } from '../../../src/discord/models/pages.ts';

describe('laying lines out', () => {
  test.each([
    ['by number', { maxItems: 2, first: 100, others: 100 }, ['a', 'b', 'c'], [['a', 'b'], ['c']]],
    [
      'by length, with less on the first page',
      { maxItems: 9, first: 6, others: 9 },
      ['12', '34', '56', '78', '9'],
      [
        ['12', '34'],
        ['56', '78', '9'],
      ],
    ],
    [
      'a line that no page has room for stands alone',
      { maxItems: 9, first: 2, others: 4 },
      ['long line', 'b'],
      [['long line'], ['b']],
    ],
    ['nothing gives one empty page', { maxItems: 9, first: 9, others: 9 }, [], [[]]],
  ])('%s', (_, free, lines, pages) => {
    expect(layOut(lines, free)).toEqual(pages);
  });
});

test.each([
  [2, { items: ['b'], number: 2, count: 3 }],
  [0, { items: ['a'], number: 1, count: 3 }],
  [99, { items: ['c'], number: 3, count: 3 }],
  [Number.NaN, { items: ['a'], number: 1, count: 3 }],
  [1.5, { items: ['a'], number: 1, count: 3 }],
])('page %d of three is one that exists', (wanted, page) => {
  expect(pageOf([['a'], ['b'], ['c']], wanted)).toEqual(page);
});

describe('the buttons of pages', () => {
  test('lead to the neighbours, and not over the ends', () => {
    const ids = (number: number, count: number) =>
      pageButtons('turn', { number, count }).map(({ custom_id, disabled }) =>
        disabled ? `(${custom_id})` : custom_id,
      );
    expect([ids(1, 3), ids(2, 3), ids(3, 3)]).toEqual([
      ['(turn:0)', 'turn:2'],
      ['turn:1', 'turn:3'],
      ['turn:2', '(turn:4)'],
    ]);
  });

  test('are not there for one page', () => {
    expect(pageButtons('turn', { number: 1, count: 1 })).toEqual([]);
  });
});
