/** A piece of a text that holds macros: plain text, its escapes undone, or a macro. */
export type MacroNode = string | CallNode | VariableNode;

/** Where a macro stands in its text: all of `{{...}}`, and its scope with the closing macro. */
interface Place {
  start: number;
  end: number;
}

/** `{{name::argument}}`; an angle form such as `<USER>` is one without arguments. */
export interface CallNode extends Place {
  kind: 'call';
  /** In lower case; '//' for comments. */
  name: string;
  /** What stands before the first argument, braces included. */
  head: string;
  /** `#`: the white space of the scope stays. */
  keepsWhitespace: boolean;
  /** `::` introduces the arguments; a colon or a space only introduces one. */
  isParted: boolean;
  /** What stands between `::`, white space included. */
  segments: MacroNode[][];
  /** What stands between the macro and its closing one. */
  scope?: MacroNode[];
}

/** `{{.name = value}}`, or `$` for a global variable. */
export interface VariableNode extends Place {
  kind: 'variable';
  isGlobal: boolean;
  name: string;
  operator: VariableOperator;
  value: MacroNode[];
}

/** `{{/name}}` */
export interface ClosingNode extends Place {
  kind: 'closing';
  name: string;
  source: string;
}

/** The longer ones first: the first that fits is it. */
export const VARIABLE_OPERATORS = [
  '??=',
  '||=',
  '++',
  '--',
  '+=',
  '-=',
  '==',
  '!=',
  '>=',
  '<=',
  '||',
  '??',
  '=',
  '>',
  '<',
] as const;

export type VariableOperator = (typeof VARIABLE_OPERATORS)[number] | '';

/** Appends, and lets neighbouring texts be one. */
export function append<Node extends object>(nodes: (string | Node)[], node: string | Node): void {
  const last = nodes.at(-1);
  if (typeof node === 'string' && typeof last === 'string') nodes[nodes.length - 1] = last + node;
  else if (node !== '') nodes.push(node);
}
