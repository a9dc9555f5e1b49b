import { type Head, readHead } from './head.ts';
import { append, type CallNode, type ClosingNode, type MacroNode } from './nodes.ts';
import { closeScopes } from './scopes.ts';
import { NESTING_MAX, type Work } from './work.ts';

type Piece = MacroNode | ClosingNode;

/** A macro that is not closed yet. */
interface Frame {
  head: Head;
  start: number;
  segments: Piece[][];
  /** Braces inside that began no macro: as many closing ones are text. */
  strays: number;
}

const ANGLE_NAMES: Record<string, string> = {
  '<user>': 'user',
  '<bot>': 'char',
  '<char>': 'char',
  '<group>': 'group',
  '<charifnotgroup>': 'group',
};

/**
 * A text as plain pieces and macros, in one go from its start to its end. Of macros in macros deeper than the cap only
 * the innermost ones are macros; what is not closed or has no name is text, and macros in it count.
 */
export function parseMacros(text: string, canOpen: (node: CallNode) => boolean, work: Work): MacroNode[] {
  const special = /\{\{+|\}\}|::|\\[{}]|<(?:user|bot|char(?:ifnotgroup)?|group)>/gi;
  const root: Piece[] = [];
  const frames: Frame[] = [];
  let textStart = 0;

  const current = () => frames.at(-1)?.segments.at(-1) ?? root;
  function takeText(end: number, nextStart: number): void {
    append(current(), text.slice(textStart, end));
    textStart = nextStart;
  }
  function open(bracesEnd: number): void {
    const start = bracesEnd - 2;
    const head = readHead(text, bracesEnd);
    const frame = frames.at(-1);
    if (!head) {
      if (frame) frame.strays += 1;
      return;
    }
    takeText(start, head.end);
    if (frames.length === NESTING_MAX) flatten(text, frames.shift(), root, work);
    const firstSegment = head.kind === 'call' && head.argument ? [head.argument] : [];
    const segments = head.kind === 'variable' || head.hasArguments || head.argument ? [firstSegment] : [];
    frames.push({ head, start, segments, strays: 0 });
    special.lastIndex = head.end;
  }
  function close(index: number): void {
    const frame = frames.at(-1);
    if (!frame) return;
    if (frame.strays > 0) {
      frame.strays -= 1;
      return;
    }
    if (frame.segments.length > 0) takeText(index, index + 2);
    textStart = index + 2;
    frames.pop();
    append(current(), nodeOf(text, frame, index + 2, canOpen));
  }

  for (let match = special.exec(text); match; match = special.exec(text)) {
    const { 0: found, index } = match;
    work.left -= 1;
    if (found.startsWith('{')) open(index + found.length);
    else if (found === '}}') close(index);
    else if (found === '::') {
      const frame = frames.at(-1);
      if (frame?.head.kind !== 'call') continue;
      takeText(index, index + 2);
      frame.segments.push([]);
    } else if (found.startsWith('\\')) {
      // `\{{` is a backslash and a macro, and `\}}` ends one.
      const isDoubled = text[index + 2] === found[1] && (found[1] === '{' || frames.length > 0);
      if (isDoubled) special.lastIndex = index + 1;
      else takeText(index, index + 1);
    } else {
      takeText(index, index + found.length);
      append(current(), angleNode(found, index));
    }
  }
  takeText(text.length, text.length);
  for (let frame = frames.pop(); frame; frame = frames.pop()) flatten(text, frame, current(), work);
  return closeScopes(root, canOpen);
}

function nodeOf(
  text: string,
  { head, start, segments }: Frame,
  end: number,
  canOpen: (node: CallNode) => boolean,
): Piece {
  const { name } = head;
  if (head.kind === 'variable') {
    const value = closeScopes(segments[0] ?? [], canOpen);
    return { kind: 'variable', name, isGlobal: head.isGlobal, operator: head.operator, value, start, end };
  }
  if (head.isClosing) return { kind: 'closing', name, source: text.slice(start, end), start, end };
  return {
    kind: 'call',
    name,
    head: text.slice(start, head.end),
    keepsWhitespace: head.keepsWhitespace,
    isParted: head.isParted,
    segments: segments.map((segment) => closeScopes(segment, canOpen)),
    start,
    end,
  };
}

/** What looked like a macro, as text, and the macros in it. */
function flatten(text: string, frame: Frame | undefined, into: Piece[], work: Work): void {
  if (!frame) return;
  append(into, text.slice(frame.start, frame.head.end));
  for (const [index, segment] of frame.segments.entries()) {
    if (index > 0) append(into, '::');
    work.left -= segment.length;
    for (const piece of segment) append(into, piece);
  }
}

function angleNode(found: string, start: number): CallNode {
  const name = ANGLE_NAMES[found.toLowerCase()] ?? '';
  const end = start + found.length;
  return { kind: 'call', name, head: found, keepsWhitespace: false, isParted: false, segments: [], start, end };
}
