import type { ExpandOptions, FieldName, MacroContext } from './context.ts';
import type { Variables } from './variables.ts';
import type { Work } from './work.ts';

/** A macro as it is called, its arguments expanded. */
export interface MacroCall {
  args: readonly string[];
  /** The last argument stood between the macro and its closing one. */
  isScoped: boolean;
  /** Where the macro stands in the text. */
  offset: number;
}

/** One expansion of one text. */
export interface Expansion {
  text: string;
  context: MacroContext;
  options: ExpandOptions;
  variables: { local: Variables; global: Variables };
  work: Work;
  /** What comes of it is expanded once more. */
  isReadAgain: boolean;
  /** Of the whole text as it was given. */
  textHash(): number;
  /** '' in texts of cards. */
  fieldText(name: FieldName): string;
  greetingText(index: number): string;
  /** What `{{original}}` stands for; undefined where it is no macro. */
  takeOriginal(): string | undefined;
}

export interface MacroDefinition {
  /** How few and how many arguments; called with others, the macro stays as text. */
  arity: readonly [least: number, most: number];
  /** undefined: the macro stays as text. */
  run: (call: MacroCall, expansion: Expansion) => string | undefined;
}

export type MacroDefinitions = Readonly<Record<string, MacroDefinition>>;

/** A macro without arguments. */
export function plain(run: (expansion: Expansion) => string | undefined): MacroDefinition {
  return { arity: [0, 0], run: (_call, expansion) => run(expansion) };
}

/** The same macro under further names. */
export function named(names: readonly string[], definition: MacroDefinition): MacroDefinitions {
  return Object.fromEntries(names.map((name) => [name, definition]));
}
