import type { Persona, PromptRole } from '../personas/persona.ts';
import type { GenerationKind } from './generation.ts';
import type { ActiveLore } from './lorebook.ts';
import type { ExpandOptions } from './macros.ts';
import { expandedCardTexts } from './plan/card-texts.ts';
import { exampleBlocks } from './plan/example-blocks.ts';
import { joinInjections } from './plan/injections.ts';
import { dueNote } from './plan/note.ts';
import { orderPrompts } from './plan/ordered-prompts.ts';
import { slotsOf } from './plan/slots.ts';
import { tailOf } from './plan/tail.ts';
import type { Preset } from './preset.ts';

/** SillyTavern's author's note. It is due when the interval divides the number of the user's messages; 1: always, 0: never. */
export interface AuthorsNote {
  text: string;
  interval: number;
  position: 'after-main' | 'in-chat' | 'before-main';
  /** Counts in the chat only. */
  depth: number;
  role: PromptRole;
}

export interface PlanRequest {
  /** Who is to speak. */
  persona: Persona;
  group?:
    | {
        /** In the group's order, the speaker and the muted ones among them. */
        members: Persona[];
        muted: Persona[];
        /** Whose texts there are: the speaker's, those of all that may speak, those of all. */
        mode: 'swap' | 'join' | 'join-muted';
        /** Around each member's texts when they are joined; `<FIELDNAME>` and `{{char}}` are replaced. */
        joinPrefix: string;
        joinSuffix: string;
      }
    | undefined;
  user: {
    name: string;
    description: string;
    /** Macros in the description are text, because a member wrote it. */
    isLiteral?: boolean | undefined;
    /** SillyTavern's: in the prompt, above the note, below the note, at depth, nowhere. */
    position: 0 | 2 | 3 | 4 | 9;
    depth: number;
    role: PromptRole;
  };
  preset: Preset;
  note?: AuthorsNote | undefined;
  /** For the note's interval. */
  userMessageCount: number;
  /** Its texts are expanded already. */
  lore: ActiveLore;
  generation: GenerationKind;
  /** Field macros in it say what `cardTexts` says, or else the speaker's card. */
  macros: { expand(text: string, options?: ExpandOptions): string };
  overrides: { prefersCardPrompt: boolean; prefersCardPostHistory: boolean };
  /** A conversation's own texts in place of the cards'. */
  chatTexts?: ChatTexts | undefined;
  quietPrompt?: string | undefined;
  /** The message that a `continue` goes on with, for the nudge. */
  continuedText?: string | undefined;
}

export interface ChatTexts {
  scenario?: string | undefined;
  exampleDialogue?: string | undefined;
  systemPrompt?: string | undefined;
}

/** What a prompt consists of beside the history itself, in order. Texts may be blank but for spaces, never ''. */
export interface PromptPlan {
  slots: Slot[];
  /** Deepest first. */
  injections: Injection[];
  /** Begins the history slot; '': nothing does. */
  newChat: string;
  /** Behind the history, in its slot: a group's nudge. */
  historyEnd: PlannedMessage[];
  /**
   * The newest message leaves the history and stands behind all slots, before the tail. With `nudge` depths count it
   * where it was; with `prefill` they do not, and it stands behind the tail.
   */
  continuation?: 'nudge' | 'prefill' | undefined;
  /** Behind everything: continue nudge, impersonation, quiet prompt. */
  tail: PlannedMessage[];
}

export type Slot =
  | {
      kind: 'text';
      /** Told to an admin when it does not fit: 'main prompt', 'description', 'lore'. */
      name: string;
      message: PlannedMessage;
    }
  | { kind: 'examples'; blocks: PlannedMessage[][] }
  | { kind: 'history' };

export interface PlannedMessage {
  role: PromptRole;
  content: string;
  name?: string | undefined;
}

/** Stands so many messages before the end of the history; deeper than it is long: before its first one. */
export interface Injection {
  depth: number;
  message: PlannedMessage;
}

/** What SillyTavern 1.18 would send around the history. Pure but for the variables that macros change. */
export function planPrompt(request: PlanRequest): PromptPlan {
  const { preset, group, generation, macros } = request;
  const texts = expandedCardTexts(request);
  const note = dueNote(request);
  const prompts = orderPrompts(request, texts, note);
  const blocks = prompts.some(({ identifier }) => identifier === 'dialogueExamples')
    ? exampleBlocks(request, texts.exampleDialogue)
    : [];
  const slots = slotsOf(request, prompts, note, blocks);
  const hasHistory = slots.some(({ kind }) => kind === 'history');
  const nudge = group && hasHistory && generation !== 'impersonate' ? macros.expand(preset.texts.groupNudge) : '';
  const isContinued = generation === 'continue' && (preset.continuePrefill || hasHistory);
  return {
    slots,
    injections: joinInjections(request, prompts, texts.depthPrompts, note),
    newChat: hasHistory ? macros.expand(group ? preset.texts.newGroupChat : preset.texts.newChat) : '',
    historyEnd: nudge === '' ? [] : [{ role: 'system', content: nudge }],
    continuation: isContinued ? (preset.continuePrefill ? 'prefill' : 'nudge') : undefined,
    tail: tailOf(request, hasHistory),
  };
}
