import type { GenerationKind } from '../../prompt/generation.ts';
import { postProcess } from '../../prompt/layout/post-process.ts';
import { type HistoryMessage, layOut } from '../../prompt/layout.ts';
import type { ActiveLore } from '../../prompt/lorebook.ts';
import { type PlannedMessage, planPrompt } from '../../prompt/plan.ts';
import type { RegexMatcher } from '../../prompt/regex-guard.ts';
import type { CaseStep, PromptCase } from './case.ts';
import { caseLore } from './case-lore.ts';
import { type CaseClock, caseMacros } from './case-macros.ts';
import type { ChatMessage } from './chat.ts';
import type { Conversation, Speech } from './conversation.ts';
import { planGroup } from './group.ts';
import { noteFor } from './notes.ts';

export interface RequestTools {
  clock: CaseClock;
  random: () => number;
  count: (texts: readonly string[]) => Promise<number[]>;
  regex: RegexMatcher;
}

/** What SillyTavern would send now. Changes variables and timed effects of the conversation. */
export async function buildRequest(options: {
  promptCase: PromptCase;
  conversation: Conversation;
  speech: Speech;
  generation: GenerationKind;
  step: CaseStep;
  tools: RequestTools;
}): Promise<PlannedMessage[]> {
  const { promptCase, conversation, speech, generation, step, tools } = options;
  const { speaker, history } = speech;
  const group = planGroup(promptCase.group);
  const quietPrompt = generation === 'quiet' ? step.prompt : '';
  const shared = {
    note: noteFor(promptCase.note, promptCase.characterNotes, speaker.persona.name),
    userMessageCount: conversation.messages.filter(({ isUser }) => isUser).length,
    quietPrompt,
    generation,
    group,
  };
  const macrosWith = (outlets: Record<string, string>) =>
    caseMacros({ promptCase, conversation, speech, group, generation, outlets, ...tools });
  const plan = (lore: ActiveLore) =>
    planPrompt({
      ...shared,
      persona: speaker.persona,
      user: promptCase.user,
      preset: promptCase.preset,
      lore,
      macros: macrosWith(lore.outlets),
      overrides: promptCase.overrides,
      chatTexts: promptCase.chatTexts,
      continuedText: history.at(-1)?.text,
    });

  const activate = async () => {
    const lore = await caseLore({ ...options, ...shared, ...tools, macros: macrosWith(conversation.outlets) });
    conversation.outlets = lore.outlets;
    return lore;
  };

  if (!conversation.isOpen) plan(await activate());
  conversation.isOpen = true;
  const lore = await activate();
  conversation.timed = lore.timed;
  const atDepth = [...(step.skipsDepthLore ? [] : lore.atDepth), ...conversation.injected];
  const messages = layOut({
    plan: plan({ ...lore, atDepth }),
    history: history.map(historyMessage),
    preset: promptCase.preset,
    userName: promptCase.user.name,
    isGroup: group !== undefined,
  });
  return postProcess(messages, promptCase.postProcessing, {
    characterName: speaker.persona.name,
    userName: promptCase.user.name,
    groupNames: group?.members.map(({ name }) => name) ?? [],
  });
}

function historyMessage({ name, isUser, isNarrator, isByAnother, text }: ChatMessage): HistoryMessage {
  return { role: isNarrator ? 'system' : isUser ? 'user' : 'assistant', name, content: text, isByAnother };
}
