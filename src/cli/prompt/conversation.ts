import type { PromptRole } from '../../personas/persona.ts';
import type { TimedLore } from '../../prompt/lorebook.ts';
import type { CaseCharacter } from './character.ts';
import type { ChatMessage } from './chat.ts';

/** What a case changes while it is replayed. */
export interface Conversation {
  messages: ChatMessage[];
  /** Whether SillyTavern has shown it already: then it has made a prompt that it did not send. */
  isOpen: boolean;
  timed: TimedLore;
  /** Of the lore that was active last: lore itself may name them. */
  outlets: Record<string, string>;
  variables: { local: Map<string, string>; global: Map<string, string> };
  /** What `/inject` has put among the messages. */
  injected: { depth: number; role: PromptRole; content: string }[];
  requests: number;
}

/** Who speaks in one request, and what has been said before. */
export interface Speech {
  speaker: CaseCharacter;
  /** All but one that is about to be replaced. */
  messages: readonly ChatMessage[];
  /** Those that are not hidden. */
  history: readonly ChatMessage[];
}
