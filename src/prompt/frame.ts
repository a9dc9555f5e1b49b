import { costOf, type Piece, sum, type TemplateOverhead, textTokens } from './pieces.ts';
import type { PromptMessage } from './roles.ts';

/** A text that must be there. The name is what an admin is told: 'instructions', 'persona', 'lore'. */
export interface PromptText {
  name: string;
  content: string;
  /** `system` if left out. */
  role?: PromptMessage['role'] | undefined;
}

/** Stands so many messages before the end of the conversation; deeper than it is long: before its first one. */
export interface PromptInjection {
  depth: number;
  message: PromptMessage;
}

/** What a prompt has around and between the messages of the conversation. */
export interface PromptFrame {
  /** In front. */
  mandatory: readonly PromptText[];
  /** Behind them: example dialogue in whole blocks, as many as fit once all of the history does. */
  examples?: readonly (readonly PromptMessage[])[] | undefined;
  /** Behind those: says that the conversation begins. */
  start?: PromptText | undefined;
  /** Top to bottom within a depth. */
  injections?: readonly PromptInjection[] | undefined;
  /** Behind the newest message. */
  closing?: readonly PromptText[] | undefined;
  /** Of a reply that is to go on: it counts as the newest message and stands behind `closing`. */
  continued?: string | undefined;
  /** Behind that. */
  ending?: readonly PromptText[] | undefined;
}

export interface FramePart {
  name: string;
  tokens: number;
  /** Undefined for a blank text. */
  piece?: Piece | undefined;
}

/** The frame with its raw tokens. */
export interface CountedFrame {
  mandatory: FramePart[];
  examples: Piece[][];
  start: FramePart[];
  injections: { depth: number; part: FramePart }[];
  closing: FramePart[];
  continued: FramePart | undefined;
  ending: FramePart[];
}

/** The texts of a frame, in the order in which `countFrame` expects their counts. */
export function textsOf(frame: PromptFrame): string[] {
  const { mandatory, examples = [], start, injections = [], closing = [], continued, ending = [] } = frame;
  return [
    ...mandatory.map(({ content }) => content),
    ...examples.flat().map(({ content }) => content),
    ...(start ? [start.content] : []),
    ...injections.map(({ message }) => message.content),
    ...closing.map(({ content }) => content),
    ...(continued === undefined ? [] : [continued]),
    ...ending.map(({ content }) => content),
  ];
}

export function countFrame(frame: PromptFrame, counts: Iterable<number>): CountedFrame {
  const { mandatory, examples = [], start, injections = [], closing = [], continued, ending = [] } = frame;
  const source = counts[Symbol.iterator]();
  const part = ({ name, content, role = 'system' }: PromptText): FramePart => {
    const counted: number = source.next().value ?? 0;
    if (content.trim() === '') return { name, tokens: 0 };
    const tokens = textTokens({ content, tokens: counted });
    return { name, tokens, piece: { message: { role, content }, tokens } };
  };
  return {
    mandatory: mandatory.map(part),
    examples: examples.map((block) => piecesOf(block.map((message) => part({ name: 'examples', ...message })))),
    start: start ? [part(start)] : [],
    injections: injections.map(({ depth, message }) => ({ depth, part: part({ name: 'injections', ...message }) })),
    closing: closing.map(part),
    continued: continued === undefined ? undefined : part({ name: 'reply', content: continued, role: 'assistant' }),
    ending: ending.map(part),
  };
}

/** All that is there whatever becomes of the history. */
export function fixedParts({ mandatory, start, injections, closing, continued, ending }: CountedFrame): FramePart[] {
  return [
    ...mandatory,
    ...start,
    ...injections.map(({ part }) => part),
    ...closing,
    ...(continued ? [continued] : []),
    ...ending,
  ];
}

export function piecesOf(parts: readonly FramePart[]): Piece[] {
  return parts.flatMap(({ piece }) => piece ?? []);
}

/** The first blocks, as many as fit into so many raw tokens. */
export function fittingExamples(examples: readonly Piece[][], room: number, overhead: TemplateOverhead): Piece[] {
  const chosen: Piece[] = [];
  let free = room;
  for (const block of examples) {
    free -= sum(block.map((piece) => costOf(piece, overhead)));
    if (free < 0) break;
    chosen.push(...block);
  }
  return chosen;
}

/** The conversation with what stands in it at a depth. */
export function withInjections(
  conversation: readonly Piece[],
  injections: CountedFrame['injections'],
  /** Messages of the conversation that stand elsewhere and count nevertheless. */
  alsoCounted: number,
): Piece[] {
  const length = conversation.length + alsoCounted;
  const at = injections.map(({ depth, part }) => ({
    depth,
    index: Math.min(conversation.length, Math.max(0, length - depth)),
    pieces: piecesOf([part]),
  }));
  // Deeper ones are above where several come to stand in front.
  const ordered = at.toSorted((one, other) => one.index - other.index || other.depth - one.depth);
  const merged: Piece[] = [];
  let from = 0;
  for (const { index, pieces } of ordered) {
    merged.push(...conversation.slice(from, index), ...pieces);
    from = index;
  }
  return [...merged, ...conversation.slice(from)];
}
