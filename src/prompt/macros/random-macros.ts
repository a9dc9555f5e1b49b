import type { Expansion, MacroCall, MacroDefinitions } from './definition.ts';
import { hash } from './hash.ts';

const DICE_MAX = 1000;
const SIDES_MAX = 1e9;
const MODIFIER_MAX = 1e9;
const BARE_SIDES = /^\d{1,10}$/;
const DICE = /^(\d{0,4})d(\d{1,10})(?:([+-])(\d{1,10}))?$/i;

export const randomMacros: MacroDefinitions = {
  random: {
    arity: [0, Number.POSITIVE_INFINITY],
    run: ({ args }, { context }) => itemAt(args, context.random()),
  },
  pick: {
    arity: [0, Number.POSITIVE_INFINITY],
    run: (call, expansion) => itemAt(call.args, stableFraction(call, expansion)),
  },
  roll: { arity: [1, 1], run: ({ args: [formula = ''] }, expansion) => roll(formula, expansion) },
};

/** The item this far through the list: several arguments, or one with commas. */
function itemAt(args: readonly string[], fraction: number): string {
  const [only = ''] = args;
  const items = args.length > 1 ? args : splitAtCommas(only);
  return items[Math.min(Math.floor(fraction * items.length), items.length - 1)] ?? '';
}

/** `\,` is a comma within an item. */
function splitAtCommas(list: string): string[] {
  const items: string[] = [];
  let item = '';
  const parts = list.split(',');
  for (const [index, part] of parts.entries()) {
    if (part.endsWith('\\') && index < parts.length - 1) {
      item += `${part.slice(0, -1)},`;
    } else {
      items.push((item + part).trim());
      item = '';
    }
  }
  return items;
}

/** The same for the same place of the same text in the same conversation. */
function stableFraction({ offset }: MacroCall, { context, textHash }: Expansion): number {
  return hash(`${offset}\n${textHash()}\n${context.chatId}`) / 2 ** 32;
}

/** '' for what is no formula of dice, or asks for too many. */
function roll(formula: string, { context, work }: Expansion): string {
  const [, count, sides, sign, modifier] = DICE.exec(BARE_SIDES.test(formula) ? `1d${formula}` : formula) ?? [];
  const dice = count === '' ? 1 : Number(count);
  const faces = Number(sides);
  const added = Number(modifier ?? 0);
  if (!(dice >= 1 && dice <= DICE_MAX && faces >= 1 && faces <= SIDES_MAX && added <= MODIFIER_MAX)) return '';
  work.left -= dice;
  let total = sign === '-' ? -added : added;
  for (let die = 0; die < dice; die += 1) total += 1 + Math.floor(context.random() * faces);
  return String(total);
}
