import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ExampleBlock, mesExamplesOf, parseExamples } from '../../src/prompt/examples.ts';
import { createMacros } from '../../src/prompt/macros.ts';
import { contextOf, type GoldenCase, goldenCases, loreOf, speakerOf } from './macros/golden-cases.ts';

const NAMES = { user: 'Robin', char: 'Wren' };
const user = (content: string) => ({ speaker: 'user', name: 'Robin', content });
const wren = (content: string) => ({ speaker: 'assistant', name: 'Wren', content });

describe('example dialogue', () => {
  test.each([
    ['nothing', '', []],
    ['blanks', ' \n\r\n ', []],
    ['a start without dialogue', '<START>\n\n', []],
    ['no start', 'Robin: hi\nWren: ho', [[user('hi'), wren('ho')]]],
    ['two blocks', '<START>\nRobin: hi\n<START>\nWren: ho', [[user('hi')], [wren('ho')]]],
    ['lines of Windows', '\r\n<START>\r\nRobin: hi\r\nWren: ho\r\n', [[user('hi'), wren('ho')]]],
    ['a start within a line', '<START> Robin: hi <start>\nWren: ho', [[user('hi')], [wren('ho')]]],
    ['a first start in small letters', '<start>\nWren: ho', [[], [wren('ho')]]],
    ['narration first', 'It rains.\nRobin: hi\nmore', [[user('It rains.\n hi\nmore')]]],
    ['one speaker twice', 'Wren: a\nWren: b', [[wren('a\nWren: b')]]],
    ['no speakers', '<START>\nOnly rain.\n<START>\nWren: ho', [[], [wren('ho')]]],
    ['a name that another begins with', 'Wrenna: a\nWren: b', [[wren('Wrenna: a\n b')]]],
  ])('reads %s', (_what, text, blocks) => {
    expect(parseExamples(text, NAMES)).toEqual(blocks);
  });

  test('of a group gives each turn the name of its speaker', () => {
    const text = 'Robin: Bread?\nTansy: Always.\nRobin: Wren?\nWren: I want some.';
    expect(parseExamples(text, { user: 'Robin', char: 'Tansy', others: ['Wren', 'Moss'] })).toEqual([
      [
        user('Bread?'),
        { speaker: 'assistant', name: 'Tansy', content: 'Always.' },
        user('Wren?'),
        wren('I want some.'),
      ],
    ]);
  });

  test('without names is no turn of anybody', () => {
    expect(parseExamples(': a\n: b', { user: '', char: '' })).toEqual([[]]);
  });

  test('stands for {{mesExamples}} with each block on lines of its own', () => {
    expect(mesExamplesOf('Robin: hi <START> Wren: ho\n\n')).toEqual('<START>\nRobin: hi\n<START>\nWren: ho\n');
  });

  test('loses no word of a block with a speaker but the first name of a turn', () => {
    const line = fc.constantFrom('Robin: a', 'Wren: b', 'c', '', '  d', 'Moss: e');
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (lines) => {
        const text = ['Wren: first', ...lines].join('\n');
        const [turns = []] = parseExamples(text, NAMES);
        const words = turns.flatMap(({ name, content }) => `${name}: ${content}`.split(/\s+/)).toSorted();
        expect(words).toEqual(text.split(/\s+/).filter(Boolean).toSorted());
      }),
    );
  });
});

describe('example dialogue in prompts recorded from SillyTavern (in ../shared/data/st-golden)', () => {
  const recorded = goldenCases.length > 0 ? test : test.skip;
  /** Post-processing merges the turns; the others join several cards, which is the work of whoever plans a prompt. */
  const isComparable = ({ input, settings, expected }: GoldenCase) =>
    settings.prompt_post_processing === 'none' &&
    !input.power_user?.strip_examples &&
    (input.group?.generation_mode ?? 0) === 0 &&
    expected.messages.some(({ name }) => name?.startsWith('example_'));

  function toldIn({ expected }: GoldenCase): string[] {
    return expected.messages
      .filter(({ name, content }) => name?.startsWith('example_') || content === '[Example Chat]')
      .map(({ name, content }) => (name ? `${name}: ${content}` : 'block'));
  }

  function readFrom(golden: GoldenCase): string[] {
    const { input } = golden;
    const { expand } = createMacros(contextOf(golden));
    const isNamed = Boolean(input.group);
    const card = speakerOf(golden);
    const others = (input.group?.members ?? []).filter((name) => name !== card.name);
    const read = (text: string) =>
      parseExamples(expand(text, { isCardText: true }), { user: input.persona.name, char: card.name, others });
    const at = (position: number) => loreOf(golden).filter((entry) => entry.position === position);
    const before = at(5).sort((a, b) => b.order - a.order);
    const after = at(6).sort((a, b) => a.order - b.order);
    const blocks: ExampleBlock[] = [
      ...before.flatMap(({ content }) => read(content)),
      ...read(input.chat_metadata?.mes_example ?? card.mes_example),
      ...after.flatMap(({ content }) => read(content)),
    ];
    return blocks.flatMap((block) => [
      'block',
      ...block.map(({ speaker, name, content }) => `example_${speaker}: ${isNamed ? `${name}: ` : ''}${content}`),
    ]);
  }

  recorded('is read alike', () => {
    const comparable = goldenCases.filter(isComparable);
    const withHeadings = comparable.filter((golden) => toldIn(golden).includes('block'));
    expect(withHeadings.map((golden) => [golden.name, ...readFrom(golden)])).toEqual(
      withHeadings.map((golden) => [golden.name, ...toldIn(golden)]),
    );
    expect(withHeadings.length).toBeGreaterThan(20);
  });
});
