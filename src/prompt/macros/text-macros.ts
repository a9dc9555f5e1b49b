import { type MacroDefinition, type MacroDefinitions, named, plain } from './definition.ts';
import { TRIM } from './marks.ts';
import { OUTPUT_MAX_LENGTH } from './work.ts';

const COUNT = /^\d{1,9}$/;

export const textMacros: MacroDefinitions = {
  newline: repeated('\n'),
  space: repeated(' '),
  noop: plain(() => ''),
  trim: { arity: [0, 1], run: ({ args: [text = ''], isScoped }) => (isScoped ? text : TRIM) },
  reverse: { arity: [1, 1], run: ({ args: [text = ''] }) => Array.from(text).toReversed().join('') },
  /** The words that a text completion may not use; chat completions have no such list. */
  banned: { arity: [1, 1], run: () => '' },
  ...named(['//', 'comment'], { arity: [1, 1], run: () => '' }),
  /** Outside of an `{{if}}`. */
  else: plain(() => ''),
};

function repeated(character: string): MacroDefinition {
  return {
    arity: [0, 1],
    run({ args: [count = '1'] }, { work }) {
      if (!COUNT.test(count)) return undefined;
      return character.repeat(Math.max(0, Math.min(Number(count), OUTPUT_MAX_LENGTH, work.left)));
    },
  };
}
