import type { GenerationKind } from '../../prompt/generation.ts';
import { createMacros, type Macros } from '../../prompt/macros.ts';
import { cardTexts } from '../../prompt/plan/card-texts.ts';
import type { PlanRequest } from '../../prompt/plan.ts';
import type { PromptCase } from './case.ts';
import type { Conversation, Speech } from './conversation.ts';

export interface CaseClock {
  /** Unix milliseconds. */
  now: number;
  utcOffsetMinutes: number;
}

/** What macros stand for when this character is to speak. */
export function caseMacros(options: {
  promptCase: PromptCase;
  conversation: Conversation;
  speech: Speech;
  group: PlanRequest['group'];
  generation: GenerationKind;
  outlets: Record<string, string>;
  clock: CaseClock;
  random: () => number;
}): Macros {
  const { promptCase, conversation, speech, group, generation, outlets, clock, random } = options;
  const { user, chatTexts, maxContextTokens, maxReplyTokens, model } = promptCase;
  const { persona } = speech.speaker;
  const texts = cardTexts({ persona, group, chatTexts });
  const members = group?.members.map(({ name }) => name) ?? [];
  const unmuted = group?.members.filter((member) => !group.muted.includes(member)).map(({ name }) => name);
  const others = members.filter((name) => name !== persona.name);
  return createMacros({
    user: user.name,
    char: persona.name,
    group: group && members.join(', '),
    groupNotMuted: unmuted?.join(', '),
    notChar: [...others, user.name].join(', '),
    fields: {
      description: texts.description,
      personality: texts.personality,
      scenario: texts.scenario,
      persona: user.description,
      mesExamplesRaw: texts.exampleDialogue,
      charPrompt: chatTexts?.systemPrompt || persona.systemPrompt,
      charInstruction: persona.postHistoryInstructions,
      charDepthPrompt: persona.depthPrompt?.prompt ?? '',
      charCreatorNotes: persona.creatorNotes,
      charVersion: persona.characterVersion,
    },
    greetings: [persona.firstMessage, ...persona.alternateGreetings],
    chat: chatFacts(speech, conversation, clock),
    variables: conversation.variables,
    ...clock,
    random,
    chatId: 'case',
    environment: {
      model,
      maxPrompt: maxContextTokens - maxReplyTokens,
      maxContext: maxContextTokens,
      maxResponse: maxReplyTokens,
      generation,
    },
    outlets,
    input: '',
  });
}

function chatFacts(
  { messages, history }: Speech,
  conversation: Conversation,
  clock: CaseClock,
): Parameters<typeof createMacros>[0]['chat'] {
  const last = messages.at(-1);
  const lastUser = history.findLast(({ isUser }) => isUser);
  const hasSwipes = last !== undefined && last.swipes.length > 0;
  return {
    lastMessage: last?.text ?? '',
    lastUserMessage: lastUser?.text ?? '',
    lastCharMessage: history.findLast(({ isUser }) => !isUser)?.text ?? '',
    lastMessageId: last && messages.length - 1,
    lastSwipeId: hasSwipes ? last.swipes.length : undefined,
    currentSwipeId: hasSwipes ? last.swipeIndex + 1 : undefined,
    firstIncludedMessageId: conversation.requests > 0 ? messages.findIndex(({ isHidden }) => !isHidden) : undefined,
    allChatRange: last ? `0-${messages.length - 1}` : '',
    lastUserMessageAt: lastUser && clock.now,
  };
}
