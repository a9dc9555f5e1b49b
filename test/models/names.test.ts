import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { indexNames, normalizeName } from '../../src/models/names.ts';

const served = [
  'Qwen-Qwen3.6-35B-A3B',
  'Sao10K-L3.3-70B-Euryale-v2.3-FP8-Dynamic',
  'anthracite-org-magnum-v4-72b-FP8-Dynamic',
  'TheDrummer-Anubis-70B-v1.1-FP8-Dynamic',
  'Midnight-Miqu-70B-v1.5',
  'Mixtral-8x7B-Instruct-v0.1',
  'TheDrummer-Rocinante-12B-v1.1',
  'L3-8B-Lunaris-v1',
];

const servedNames = indexNames(served);

test.each([
  ['Midnight Miqu 70B v1.5', 'midnightmiqu70bv15'],
  ['mistralai/Mixtral-8x7B-Instruct-v0.1', 'mixtral8x7binstructv01'],
  ['Miquliz-120b-v2.0-FP8-dynamic', 'miquliz120bv20'],
  ['llama_3.AWQ', 'llama3'],
  [' / ', ''],
])('%j is compared as %j', (name, normalized) => {
  expect(normalizeName(name)).toBe(normalized);
});

describe('the name that is meant', () => {
  test.each([
    ['Midnight-Miqu-70B-v1.5', 'Midnight-Miqu-70B-v1.5'],
    ['midnight-miqu-70b-v1.5', 'Midnight-Miqu-70B-v1.5'],
    ['Midnight Miqu 70B v1.5', 'Midnight-Miqu-70B-v1.5'],
    ['sophosympatheia/Midnight-Miqu-70B-v1.5', 'Midnight-Miqu-70B-v1.5'],
    ['mistralai/Mixtral-8x7B-Instruct-v0.1', 'Mixtral-8x7B-Instruct-v0.1'],
    ['L3.3 70B Euryale v2.3', 'Sao10K-L3.3-70B-Euryale-v2.3-FP8-Dynamic'],
    ['magnum-v4-72b', 'anthracite-org-magnum-v4-72b-FP8-Dynamic'],
    ['Anubis-70B-v1.1-fp8', 'TheDrummer-Anubis-70B-v1.1-FP8-Dynamic'],
    ['Sao10K-L3-8B-Lunaris-v1', 'L3-8B-Lunaris-v1'],
    ['Anubis-70B-v1', undefined],
    ['Midnight-Miqu-103B-v1.5', undefined],
    ['Qwen3.6', 'Qwen-Qwen3.6-35B-A3B'],
    ['Miqu', 'Midnight-Miqu-70B-v1.5'],
    ['EURYALE v2.3 fp8', 'Sao10K-L3.3-70B-Euryale-v2.3-FP8-Dynamic'],
    ['Sao10K/Euryale', 'Sao10K-L3.3-70B-Euryale-v2.3-FP8-Dynamic'],
    ['x7B', 'Mixtral-8x7B-Instruct-v0.1'],
    ['12B', 'TheDrummer-Rocinante-12B-v1.1'],
    ['2B-v1.1', undefined],
    ['Qwen3', undefined],
    ['x7', undefined],
    ['TheDrummer', undefined],
    ['70B', undefined],
    ['', undefined],
    ['-', undefined],
  ])('of %j is %j', (wanted, expected) => {
    expect(servedNames.find(wanted)).toBe(expected);
  });

  test('is the exact one among several that differ in quantisation only, else the first of them', () => {
    const names = ['Kunou-v1-FP8-Dynamic', 'Kunou-v1', 'kunou-v1'];
    expect(names.map((name) => indexNames(names).match(name))).toEqual(names);
    expect(indexNames(names).match('KUNOU V1')).toBe('Kunou-v1-FP8-Dynamic');
  });

  test('is found by a part that several quantisations of it share', () => {
    expect(indexNames(['Sao-72B-Kunou-v1', 'Sao-72B-Kunou-v1-FP8-Dynamic']).find('Kunou')).toBe('Sao-72B-Kunou-v1');
  });

  test('is found by a part that first stands inside a number and then by itself', () => {
    expect(indexNames(['Big-18B-x-8B-x-mix']).find('8B-x')).toBe('Big-18B-x-8B-x-mix');
  });

  test('is not guessed between two organisations', () => {
    expect(indexNames(['Midnight-Miqu-70B-v1.5']).match('Miqu')).toBeUndefined();
    expect(indexNames(['Sao10K-Euryale-v2', 'Other-Euryale-v2']).match('Euryale-v2')).toBeUndefined();
  });

  test('is found for every spelling of it', () => {
    const spelling = fc.tuple(
      fc.constantFrom(...served),
      fc.constantFrom('-', '_', ' ', '.'),
      fc.boolean(),
      fc.constantFrom('', '-FP8', '-fp8-dynamic', '-AWQ'),
      fc.constantFrom('', 'someone/'),
    );
    fc.assert(
      fc.property(spelling, ([name, separator, isUpper, quantisation, organisation]) => {
        const bare = name.replace('-FP8-Dynamic', '').replaceAll('-', separator);
        const written = `${organisation}${isUpper ? bare.toUpperCase() : bare}${quantisation}`;
        expect(servedNames.match(written)).toBe(name);
      }),
    );
  });
});

describe('among several that hold what was typed', () => {
  const names = [
    'Miquliz-120b-v2.0-FP8-dynamic',
    'sophosympatheia/Midnight-Miqu-70B-v1.5',
    'Noromaid-v0.1-mixtral-8x7b-Instruct-v3',
    'mistralai/Mixtral-8x7B-Instruct-v0.1',
    'TheDrummer-Anubis-70B-v1.1-FP8-Dynamic',
    'TheDrummer-Anubis-70B-v1-FP8-Dynamic',
    'TheDrummer-Anubis-70B-v1',
  ];
  const index = indexNames(names);

  test.each([
    ['the only one that begins with it is meant', 'mixtral', 'mistralai/Mixtral-8x7B-Instruct-v0.1'],
    ['the only one that begins with its words is meant', 'Mixtral 8x7b', 'mistralai/Mixtral-8x7B-Instruct-v0.1'],
    ['the only one that has it as a word is meant', 'miqu', 'sophosympatheia/Midnight-Miqu-70B-v1.5'],
    ['a version is never a part of another one', 'anubis 70b v1', 'TheDrummer-Anubis-70B-v1-FP8-Dynamic'],
    ['none is meant if two begin with it', 'TheDrummer', undefined],
    ['none is meant if two have it as a word', 'anubis', undefined],
    ['none is meant if it is nobody’s word', 'iqu', undefined],
  ])('%s: %j', (_, wanted, expected) => {
    expect(index.find(wanted)).toBe(expected);
  });

  test('fit those that begin with it, then those that have it as a word, then the rest, and each once', () => {
    expect(indexNames([...names, 'Mixtraline-7B']).fitting('mixtral')).toEqual([
      'mistralai/Mixtral-8x7B-Instruct-v0.1',
      'Noromaid-v0.1-mixtral-8x7b-Instruct-v3',
      'Mixtraline-7B',
    ]);
    expect(index.fitting('anubis')).toEqual([
      'TheDrummer-Anubis-70B-v1.1-FP8-Dynamic',
      'TheDrummer-Anubis-70B-v1-FP8-Dynamic',
    ]);
    expect([index.fitting('mixtrl'), index.fitting('anubis v1'), index.fitting('-')]).toEqual([[], [], []]);
  });
});

describe('the nearest names', () => {
  test.each([
    ['miqu', 'Midnight-Miqu-70B-v1.5'],
    ['mixtrl', 'Mixtral-8x7B-Instruct-v0.1'],
    ['rocniante', 'TheDrummer-Rocinante-12B-v1.1'],
    ['eury ale', 'Sao10K-L3.3-70B-Euryale-v2.3-FP8-Dynamic'],
    ['anubis v1', 'TheDrummer-Anubis-70B-v1.1-FP8-Dynamic'],
    ['QWEN', 'Qwen-Qwen3.6-35B-A3B'],
    ['sao10k/lunaris', 'L3-8B-Lunaris-v1'],
  ])('to %j begin with %j', (wanted, expected) => {
    expect(servedNames.nearest(wanted)[0]).toBe(expected);
  });

  test('are three, or as many as asked for, or as there are', () => {
    expect(servedNames.nearest('x')).toHaveLength(3);
    expect(servedNames.nearest('x', 5)).toHaveLength(5);
    expect(indexNames(['a']).nearest('x', 5)).toEqual(['a']);
    expect(indexNames([]).nearest('x')).toEqual([]);
  });

  test('keep the order of the list where nothing was typed and lengths are the same', () => {
    expect(indexNames(['abc', 'abd', 'abe']).nearest('')).toEqual(['abc', 'abd', 'abe']);
  });

  test('forgive one slip in a word of five letters and more', () => {
    const names = ['Rocinante', 'Valkyrie', 'Kunou', 'Euryale', 'Cydonia', 'Hanami', 'Lunaris', 'Starcannon'];
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.nat({ max: 3 }),
        fc.constantFrom('drop', 'swap', 'double'),
        (name, at, slip) => {
          const swapped = `${name.slice(0, at)}${name[at + 1]}${name[at]}${name.slice(at + 2)}`;
          const slipped = {
            drop: name.slice(0, at) + name.slice(at + 1),
            swap: swapped,
            double: name.slice(0, at + 1) + name.slice(at),
          };
          expect(indexNames(names).nearest(slipped[slip], 1)).toEqual([name]);
        },
      ),
    );
  });

  test('of names far too long are found by their beginnings', () => {
    const long = `Cydonia${'x'.repeat(100_000)}`;
    expect(indexNames(['Rocinante', long]).nearest(`cydonia${'y'.repeat(100_000)}`, 1)).toEqual([long]);
  });
});
