import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Expansion } from '../../../src/prompt/macros/definition.ts';
import { evaluate } from '../../../src/prompt/macros/evaluate.ts';
import { boundedVariables } from '../../../src/prompt/macros/variables.ts';
import { NESTING_MAX, OUTPUT_MAX_LENGTH, WORK_MAX } from '../../../src/prompt/macros/work.ts';
import { createMacros } from '../../../src/prompt/macros.ts';
import { macroContext } from './support.ts';

const PIECES = [
  ['{{', '}}', '{', '}', '::', ':', '\\{', '\\}', '\\', '<USER>', '<', '/', '//', '#', '!', ',', ' ', '\n', 'a', '👍'],
  ['{{user}}', '{{if ', '{{else}}', '{{/if}}', '{{//}}', '{{///}}', '{{trim}}', '{{/trim}}', '{{random::', '{{.x'],
  ['{{setvar::x::', '{{getvar::x}}', '{{addvar::x::', '{{reverse::', '{{/reverse}}', '{{space::999999}}', '{{$x = '],
  ['{{roll 999d9}}', '{{datetimeformat LLLL}}', '{{nosuch::', '{{description}}', '{{original}}'],
].flat();

const MARKS = /[\uFDD0-\uFDD6]/;

const anyText = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 4 })), { maxLength: 60 })
  .map((pieces) => pieces.join(''));

/** What one pass over a text reads and writes, in the engine's own count. */
function workOf(text: string, context = macroContext()): number {
  const work = { left: Number.MAX_SAFE_INTEGER };
  const expansion: Expansion = {
    text,
    context,
    options: {},
    variables: {
      local: boundedVariables(context.variables.local),
      global: boundedVariables(context.variables.global),
    },
    work,
    isReadAgain: false,
    textHash: () => 0,
    fieldText: () => '',
    greetingText: () => '',
    takeOriginal: () => undefined,
  };
  evaluate(expansion);
  return Number.MAX_SAFE_INTEGER - work.left;
}

describe('any text', () => {
  test('is expanded without an error, and no mark of the engine is left in it', () => {
    fc.assert(
      fc.property(anyText, fc.boolean(), (text, isCardText) => {
        const { expand } = createMacros(macroContext({ fields: { description: text } }));
        const told = expand(text, { isCardText, original: text });
        expect([told.length <= OUTPUT_MAX_LENGTH, MARKS.test(told)]).toEqual([true, false]);
      }),
      { numRuns: 500 },
    );
  });

  test('that holds marks of the engine loses them', () => {
    const { expand } = createMacros(macroContext());
    expect(expand('\uFDD0\uFDD0user}}\n\uFDD3\n{{char}}\uFDD2', { isCardText: true })).toEqual('user}}\n\nWren');
  });

  test('without macros comes back as it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/\{\{|<|\\[{}]/.test(text));
        expect(createMacros(macroContext()).expand(text, { isCardText: true })).toEqual(text);
      }),
    );
  });

  test('costs no more than in proportion when it is repeated', () => {
    const values = fc.array(fc.constantFrom(...PIECES.filter((piece) => !/var|\.x|\$x|999/.test(piece))), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(values, (pieces) => {
        const text = pieces.join('');
        const atTimes = (times: number) => workOf(text.repeat(times));
        expect(atTimes(400)).toBeLessThanOrEqual(atTimes(200) * 2.1 + 100 * NESTING_MAX);
      }),
    );
  });
});

describe('a bomb', () => {
  const long = 'y'.repeat(30_000);
  test.each([
    ['a variable named often', `{{setvar::a::${long}}}${'{{.a}}'.repeat(10_000)}`],
    ['work whose result nobody sees', `{{setvar::a::${long}}}${'{{//{{reverse::{{.a}}{{.a}}}}}}'.repeat(3_000)}`],
    ['spaces within comments', '{{//{{space::262144}}}}'.repeat(3_000)],
    ['dice', '{{roll 1000d6}}'.repeat(5_000)],
    ['a long message named often', '{{lastMessage}}'.repeat(10_000)],
    ['arguments within arguments', `${'{{nosuch::'.repeat(19)}${'{{user}}'.repeat(20_000)}${'}}'.repeat(19)}`],
    ['greetings', '{{greeting::0}}{{greeting::1}}'.repeat(5_000)],
  ])('of %s writes no more than is allowed and rolls no more than the work allows', (_what, text) => {
    let rolls = 0;
    const context = macroContext({
      greetings: ['{{space::262144}}', `{{//${'{{user}}'.repeat(20_000)}}}`],
      random: () => {
        rolls += 1;
        return 0.5;
      },
    });
    context.chat.lastMessage = 'x'.repeat(2_000);
    const told = createMacros(context).expand(text, { isLore: true });
    expect([told.length <= OUTPUT_MAX_LENGTH, rolls <= WORK_MAX]).toEqual([true, true]);
  });

  test('is cut at 256 Ki characters, and in no pair', () => {
    const { expand } = createMacros(macroContext());
    expect(expand(`{{user}}${'x'.repeat(300_000)}`)).toEqual(`Robin${'x'.repeat(OUTPUT_MAX_LENGTH - 5)}`);
    expect(expand('x'.repeat(300_000)).length).toEqual(OUTPUT_MAX_LENGTH);
    expect(expand('x{{noop}}'.concat('👍'.repeat(200_000))).length).toEqual(OUTPUT_MAX_LENGTH - 1);
  });
});

describe('nesting', () => {
  const { expand } = createMacros(macroContext());
  const inArguments = (depth: number) => `${'{{reverse::'.repeat(depth)}ab${'}}'.repeat(depth)}`;
  const inScopes = (depth: number) => `${'{{if user}}'.repeat(depth)}ab${'{{/if}}'.repeat(depth)}`;

  test('of arguments is resolved down to the cap; what is outside of it is text', () => {
    expect([expand(inArguments(NESTING_MAX)), expand(inArguments(NESTING_MAX + 1))]).toEqual(['ab', '{{reverse::ab}}']);
  });

  test('of scopes is resolved down to the cap; what is deeper is text', () => {
    expect([expand(inScopes(NESTING_MAX)), expand(inScopes(NESTING_MAX + 1))]).toEqual(['ab', '{{if user}}ab{{/if}}']);
  });

  test('without an end exhausts no stack', () => {
    expect(expand(inScopes(20_000))).toMatch(/^\{\{if user\}\}/);
    expect(expand('{{user '.repeat(1_000) + '{{char}}')).toEqual(`${'{{user '.repeat(1_000)}Wren`);
    expect(expand(inArguments(10_000))).toMatch(/^\{\{reverse::/);
  });
});
