import { mesExamplesOf } from './examples.ts';
import type { ExpandOptions, FieldName, MacroContext } from './macros/context.ts';
import type { Expansion } from './macros/definition.ts';
import { evaluate } from './macros/evaluate.ts';
import { hash } from './macros/hash.ts';
import { unguard, withoutMarks } from './macros/marks.ts';
import { boundedVariables } from './macros/variables.ts';
import { cutOutput, WORK_MAX, type Work } from './macros/work.ts';

export type { ExpandOptions, FieldName, MacroContext } from './macros/context.ts';

export interface Macros {
  /**
   * The text with SillyTavern's macros (1.18) resolved, at most 256 Ki characters. Never throws; a text that asks for too
   * much work is expanded as far as the work goes. For texts of cards, lore, presets and notes: never for what members or
   * models wrote.
   */
  expand(text: string, options?: ExpandOptions): string;
}

const EXPANDABLE = /\{\{|<[a-z]|\\[{}]/i;

export function createMacros(context: MacroContext): Macros {
  const cardTexts = new Map<string, string>();
  const variables = {
    local: boundedVariables(context.variables.local),
    global: boundedVariables(context.variables.global),
  };

  function expandWith(text: string, options: ExpandOptions, work: Work): string {
    if (!EXPANDABLE.test(text)) return cutOutput(text);
    let textHash: number | undefined;
    let isOriginalTaken = false;
    const shared: Omit<Expansion, 'text' | 'isReadAgain'> = {
      context,
      options,
      variables,
      work,
      textHash() {
        textHash ??= hash(text);
        return textHash;
      },
      fieldText: (name) => (options.isCardText ? '' : fieldText(name, work)),
      greetingText: (index) => (options.isCardText ? '' : cardText(context.greetings[index] ?? '', work)),
      takeOriginal() {
        if (options.original === undefined) return undefined;
        const original = isOriginalTaken ? '' : options.original;
        isOriginalTaken = true;
        return expandWith(original, {}, work);
      },
    };
    let expanded = withoutMarks(text);
    const passes = options.isCardText || options.isLore ? 2 : 1;
    for (let pass = 0; pass < passes && EXPANDABLE.test(expanded); pass += 1) {
      expanded = evaluate({ ...shared, text: expanded, isReadAgain: pass + 1 < passes });
    }
    return cutOutput(unguard(expanded));
  }

  function fieldText(name: FieldName, work: Work): string {
    const { mesExamples, mesExamplesRaw = '' } = context.fields;
    if (context.literalFields?.includes(name)) return context.fields[name] ?? '';
    if (name === 'mesExamples' && mesExamples === undefined) return mesExamplesOf(cardText(mesExamplesRaw, work));
    return cardText(context.fields[name] ?? '', work);
  }

  /** Once for each text, so that naming a field often costs no more than its length each time. */
  function cardText(text: string, work: Work): string {
    const known = cardTexts.get(text);
    if (known !== undefined) return known;
    const expanded = expandWith(text.trim(), { isCardText: true }, work).replaceAll('\r', '');
    if (work.left > 0) cardTexts.set(text, expanded);
    return expanded;
  }

  return { expand: (text, options = {}) => expandWith(text, options, { left: WORK_MAX }) };
}
