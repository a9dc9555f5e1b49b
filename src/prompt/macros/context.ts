import type { GenerationKind } from '../generation.ts';

/** Texts of the persona and of the member, which macros such as `{{description}}` stand for. */
export type FieldName =
  | 'description'
  | 'personality'
  | 'scenario'
  | 'persona'
  | 'mesExamples'
  | 'mesExamplesRaw'
  | 'charPrompt'
  | 'charInstruction'
  | 'charDepthPrompt'
  | 'charCreatorNotes'
  | 'charVersion';

/** What macros stand for in one prompt. */
export interface MacroContext {
  user: string;
  char: string;
  /** Names joined by ", "; without them the conversation has one character. */
  group?: string | undefined;
  groupNotMuted?: string | undefined;
  /** Everyone but the one who is to speak. */
  notChar?: string | undefined;
  /** Raw texts; expanded where they are used, once for each context. `mesExamples` is made of the raw one if it is absent. */
  fields: Partial<Record<FieldName, string>>;
  /** Those in which macros are text, because a member wrote them. */
  literalFields?: readonly FieldName[] | undefined;
  /** Raw texts: the first message, then the alternatives. */
  greetings: readonly string[];
  chat: {
    lastMessage: string;
    lastUserMessage: string;
    lastCharMessage: string;
    lastMessageId?: number | undefined;
    lastSwipeId?: number | undefined;
    currentSwipeId?: number | undefined;
    firstIncludedMessageId?: number | undefined;
    allChatRange: string;
    /** Unix milliseconds. */
    lastUserMessageAt?: number | undefined;
  };
  /** Changed by macros, within bounds; the caller keeps `local` with the conversation. */
  variables: { local: Map<string, string>; global: Map<string, string> };
  /** Unix milliseconds. */
  now: number;
  /** East of UTC. */
  utcOffsetMinutes: number;
  /** 0 to 1, 1 excluded. */
  random: () => number;
  /** Seed of `{{pick}}`. */
  chatId: string;
  environment: {
    model: string;
    /** In tokens. */
    maxPrompt: number;
    maxContext: number;
    maxResponse: number;
    generation: GenerationKind;
  };
  /** Expanded already. */
  outlets: Readonly<Record<string, string>>;
  input: string;
}

export interface ExpandOptions {
  /** The raw text that `{{original}}` stands for, once; without it `{{original}}` stays as text. */
  original?: string | undefined;
  /** A text of a card: field macros and outlets are empty in it, and it is expanded twice. */
  isCardText?: boolean | undefined;
  /** Lore is expanded twice too: `\{\{user\}\}` becomes the name. */
  isLore?: boolean | undefined;
  /** More macros for this text alone, such as `lastChatMessage`: their plain values by name. */
  extras?: Readonly<Record<string, string>> | undefined;
}
