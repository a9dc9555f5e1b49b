import { dedent } from './dedent.ts';
import type { Expansion, MacroCall, MacroDefinition } from './definition.ts';
import { isFalsy } from './falsy.ts';
import { guard, guardApart, resolveTrims, unguard } from './marks.ts';
import type { CallNode, MacroNode, VariableNode } from './nodes.ts';
import { parseMacros } from './parse.ts';
import { canOpenScope, findMacro, takesOneArgument } from './registry.ts';
import { runShorthand } from './shorthand.ts';
import { cutOutput, NESTING_MAX } from './work.ts';

const NEGATION = /^\s*!\s*/;
const VARIABLE_CONDITION = /^([.$])([a-z][\w-]*)$/i;

/** The text of the expansion with its macros resolved once: inner ones first, from left to right. Values are guarded. */
export function evaluate(expansion: Expansion): string {
  const { text, options, variables, work } = expansion;
  const kept = expansion.isReadAgain ? guardApart : guard;
  let depth = 0;

  function textOf(nodes: readonly MacroNode[]): string {
    let written = '';
    for (const node of nodes) {
      if (work.left <= 0) break;
      const piece = typeof node === 'string' ? node : valueOf(node);
      written += piece;
      work.left -= piece.length + 1;
    }
    return cutOutput(written);
  }

  function valueOf(node: CallNode | VariableNode): string {
    if (depth >= NESTING_MAX) return text.slice(node.start, node.end);
    depth += 1;
    const value = node.kind === 'variable' ? kept(variable(node)) : call(node);
    depth -= 1;
    return value;
  }

  function variable({ isGlobal, name, operator, value }: VariableNode): string {
    return runShorthand(isGlobal ? variables.global : variables.local, name, operator, () => argumentOf(value).trim());
  }

  function call(node: CallNode): string {
    const extra = extraOf(node.name);
    if (extra !== undefined && node.segments.length === 0) return kept(extra);
    const definition = findMacro(node.name);
    if (!definition) return `${node.head}${node.segments.map(textOf).join('::')}}}`;
    if (node.name === 'if') return branchOf(node) ?? asText(node, node.segments.map(textOf));
    const args = argumentsOf(node, definition);
    const value = isFitting(args.length, definition)
      ? definition.run({ args, isScoped: node.scope !== undefined, offset: node.start }, expansion)
      : undefined;
    if (value !== undefined) return kept(value);
    return node.scope ? text.slice(node.start, node.end) : asText(node, args.map(kept));
  }

  function extraOf(name: string): string | undefined {
    const { extras = {} } = options;
    const own = Object.keys(extras).find((key) => key.toLowerCase() === name);
    return own === undefined ? undefined : extras[own];
  }

  function argumentsOf(node: CallNode, definition: MacroDefinition): string[] {
    const segments = takesOneArgument(node, definition) ? joined(node.segments) : node.segments;
    const args = segments.map(argumentOf);
    if (node.scope) args.push(finish(scopeText(node, node.scope)));
    return args;
  }

  /** White space around what is written counts for nothing; what macros put there stays. */
  function argumentOf(nodes: readonly MacroNode[]): string {
    return finish(textOf(trimmed(nodes)));
  }

  function finish(value: string): string {
    return unguard(resolveTrims(value));
  }

  function scopeText({ keepsWhitespace }: CallNode, nodes: readonly MacroNode[]): string {
    const value = textOf(nodes);
    return keepsWhitespace ? value : dedent(value);
  }

  /** What `{{if}}` chooses; undefined if it has no condition or nothing to choose from. */
  function branchOf(node: CallNode): string | undefined {
    const [condition, inline] = node.segments;
    const content = node.scope ?? (inline && trimmed(inline));
    if (!condition || !content || node.segments.length + (node.scope ? 1 : 0) !== 2) return undefined;
    const elseIndex = content.findIndex((piece) => typeof piece === 'object' && piece.kind === 'call' && isElse(piece));
    const isTrue = holds(trimmed(condition));
    if (isTrue) return resolveTrims(scopeText(node, elseIndex < 0 ? content : content.slice(0, elseIndex)));
    return elseIndex < 0 ? '' : resolveTrims(scopeText(node, content.slice(elseIndex + 1)));
  }

  function holds(condition: readonly MacroNode[]): boolean {
    const [first = ''] = condition;
    const isNegated = typeof first === 'string' && NEGATION.test(first);
    const plainFirst = typeof first === 'string' ? first.replace(NEGATION, '') : first;
    const rest = [plainFirst, ...condition.slice(1)];
    const value = rest.every((piece) => typeof piece === 'string') ? valueNamed(rest.join('')) : argumentOf(rest);
    return isFalsy(value) === isNegated;
  }

  /** The value of the variable or the macro that the words of a condition name; the words, if they name none. */
  function valueNamed(words: string): string {
    const [, scope, name] = VARIABLE_CONDITION.exec(words) ?? [];
    if (scope && name) {
      return (scope === '$' ? variables.global : variables.local).get(name);
    }
    const lowerCase = words.toLowerCase();
    const definition = findMacro(lowerCase);
    const nothing: MacroCall = { args: [], isScoped: false, offset: 0 };
    const value = extraOf(lowerCase) ?? (definition?.arity[0] === 0 ? definition.run(nothing, expansion) : undefined);
    return finish(value ?? words);
  }

  return resolveTrims(textOf(parseMacros(text, canOpenScope, work)));
}

function isElse({ name, segments }: CallNode): boolean {
  return name === 'else' && segments.length === 0;
}

function isFitting(count: number, { arity: [least, most] }: MacroDefinition): boolean {
  return count >= least && count <= most;
}

/** A macro that cannot be called so, as it was written. */
function asText({ head }: CallNode, args: readonly string[]): string {
  return `${head}${args.join('::')}}}`;
}

function joined(segments: readonly MacroNode[][]): MacroNode[][] {
  if (segments.length <= 1) return [...segments];
  return [segments.flatMap((segment, index) => (index === 0 ? segment : ['::', ...segment]))];
}

function trimmed(nodes: readonly MacroNode[]): MacroNode[] {
  const first = nodes[0];
  const last = nodes.at(-1);
  if (nodes.length === 1 && typeof first === 'string') return [first.trim()];
  const copy = [...nodes];
  if (typeof first === 'string') copy[0] = first.trimStart();
  if (typeof last === 'string') copy[copy.length - 1] = last.trimEnd();
  return copy;
}
