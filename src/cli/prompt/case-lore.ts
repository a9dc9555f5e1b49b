import type { GenerationKind } from '../../prompt/generation.ts';
import { type ActiveLore, activateLore, type LoreSource } from '../../prompt/lorebook.ts';
import type { Macros } from '../../prompt/macros.ts';
import { type CardTexts, expandedCardTexts } from '../../prompt/plan/card-texts.ts';
import { NO_LORE } from '../../prompt/plan/no-lore.ts';
import { dueNote } from '../../prompt/plan/note.ts';
import type { AuthorsNote, PlanRequest } from '../../prompt/plan.ts';
import type { RegexMatcher } from '../../prompt/regex-guard.ts';
import type { PromptCase } from './case.ts';
import type { CaseCharacter } from './character.ts';
import type { Conversation, Speech } from './conversation.ts';

const AT_DEPTH = 4;

export async function caseLore(options: {
  promptCase: PromptCase;
  conversation: Conversation;
  speech: Speech;
  group: PlanRequest['group'];
  note: AuthorsNote | undefined;
  userMessageCount: number;
  quietPrompt: string;
  generation: GenerationKind;
  macros: Macros;
  random: () => number;
  count: (texts: readonly string[]) => Promise<number[]>;
  regex: RegexMatcher;
}): Promise<ActiveLore> {
  const { promptCase, conversation, speech, group, quietPrompt, generation, macros, random, count, regex } = options;
  const { user, chatTexts, loreSettings, maxContextTokens, maxReplyTokens } = promptCase;
  const { persona } = speech.speaker;
  const texts = expandedCardTexts({ persona, group, chatTexts, macros });
  const due = dueNote({ ...options, user, lore: NO_LORE });
  const messages = speech.history.map(({ name, text }) => ({ name, content: text })).toReversed();
  return activateLore({
    sources: sourcesFor(promptCase, speech.speaker),
    settings: loreSettings,
    messages,
    messageCount: messages.length,
    assistantMessageCount: speech.history.filter(({ isUser, isNarrator }) => !isUser && !isNarrator).length,
    fields: {
      personaDescription: macros.expand(user.description),
      characterDescription: texts.description,
      characterPersonality: texts.personality,
      characterDepthPrompt: macros.expand(persona.depthPrompt?.prompt ?? '', { isCardText: true }),
      scenario: texts.scenario,
      creatorNotes: macros.expand(persona.creatorNotes, { isCardText: true }),
    },
    injectedTexts: [
      ...(promptCase.notesAreScanned ? scannedNotes(due, texts) : []),
      ...(user.position === AT_DEPTH && user.description !== '' ? [macros.expand(user.description)] : []),
      ...(quietPrompt === '' ? [] : [macros.expand(quietPrompt)]),
    ],
    contextTokens: maxContextTokens - maxReplyTokens,
    count,
    expand: (text) => macros.expand(text, { isLore: true }),
    timed: conversation.timed,
    generation,
    greetingIndex: conversation.messages[0]?.swipeIndex,
    character: { name: persona.name, fileName: persona.name, tags: persona.tags },
    random,
    regex,
  });
}

function scannedNotes(note: AuthorsNote | undefined, { depthPrompts }: CardTexts): string[] {
  return [...(note ? [note.text] : []), ...depthPrompts.map(({ content }) => content)];
}

/** A book that holds for several reasons counts once: for all, then the chat, the member, the character. */
function sourcesFor({ lorebooks, links }: PromptCase, { world, ownBook }: CaseCharacter): LoreSource[] {
  const named: [LoreSource['kind'], string | undefined][] = [
    ...links.global.map((name): [LoreSource['kind'], string] => ['global', name]),
    ['chat', links.chat],
    ['persona', links.persona],
    ['character', world],
  ];
  const sources = new Map<string, LoreSource>();
  for (const [kind, id] of named) {
    const book = id === undefined ? undefined : lorebooks.get(id);
    if (id !== undefined && book && !sources.has(id)) sources.set(id, { id, kind, book });
  }
  if (ownBook && !sources.has(ownBook.name)) {
    sources.set(ownBook.name, { id: ownBook.name, kind: 'character', book: ownBook });
  }
  return [...sources.values()];
}
