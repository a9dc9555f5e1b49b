import { conversationMacros } from './conversation-macros.ts';
import type { MacroDefinition } from './definition.ts';
import type { CallNode } from './nodes.ts';
import { randomMacros } from './random-macros.ts';
import { textMacros } from './text-macros.ts';
import { timeMacros } from './time-macros.ts';
import { variableMacros } from './variable-macros.ts';

/** Its arguments are expanded by the evaluation, which takes one branch alone: this is only its arity. */
const ifMacro: MacroDefinition = { arity: [2, 2], run: () => undefined };

const DEFINITIONS: ReadonlyMap<string, MacroDefinition> = new Map(
  Object.entries({
    ...conversationMacros,
    ...textMacros,
    ...randomMacros,
    ...timeMacros,
    ...variableMacros,
    if: ifMacro,
  }),
);

/** @param name in lower case */
export function findMacro(name: string): MacroDefinition | undefined {
  return DEFINITIONS.get(name);
}

/** Behind a colon or a space stands one argument, `::` included, if the macro takes no more. */
export function takesOneArgument(node: CallNode, { arity: [, most] }: MacroDefinition): boolean {
  return !node.isParted && most === 1;
}

/** Whether a scope could be its last argument. */
export function canOpenScope(node: CallNode): boolean {
  const definition = findMacro(node.name);
  if (!definition) return false;
  const [least, most] = definition.arity;
  const count = 1 + (takesOneArgument(node, definition) ? Math.min(1, node.segments.length) : node.segments.length);
  return count >= least && count <= most && most !== Number.POSITIVE_INFINITY;
}
