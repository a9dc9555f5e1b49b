import { createMacros, type MacroContext } from '../prompt/macros.ts';
import type { StoredMessage } from '../storage/history.ts';
import type { Speaking } from './scene-prompt.ts';
import type { Spoken } from './spoken.ts';

/** The macros of a card, as its persona speaks to one member. */
export function sceneMacros(scene: {
  conversationId: string;
  speaking: Speaking;
  user: StoredMessage;
  spoken: Spoken;
  /** Of the members: their own words. */
  description: string;
  messageCount: number;
  variables: MacroContext['variables'];
  outlets: Readonly<Record<string, string>>;
  /** Unix time in milliseconds. */
  now: number;
  random: () => number;
  environment: MacroContext['environment'];
}) {
  const { conversationId, speaking, user, spoken, description, messageCount, variables, outlets, now, random } = scene;
  const { speaker, members } = speaking;
  const { persona } = speaker;
  const names = members.map(({ name }) => name);
  const others = names.filter((name) => name !== speaker.name);
  const group = names.join(', ');
  return createMacros({
    user: user.author.name,
    char: speaker.name,
    ...(others.length > 0 ? { group, groupNotMuted: group } : {}),
    notChar: [...others, ...new Set([user.author.name, ...spoken.memberNames])].join(', '),
    fields: {
      description: persona.description,
      personality: persona.personality,
      scenario: persona.scenario,
      persona: description,
      mesExamplesRaw: persona.exampleDialogue,
      charPrompt: persona.systemPrompt,
      charInstruction: persona.postHistoryInstructions,
      charDepthPrompt: persona.depthPrompt?.prompt ?? '',
      charCreatorNotes: persona.creatorNotes,
      charVersion: persona.characterVersion,
    },
    literalFields: ['persona'],
    greetings: [persona.firstMessage, ...persona.alternateGreetings],
    chat: {
      lastMessage: spoken.messages[0]?.content ?? '',
      lastUserMessage: spoken.messages.find(({ isMember }) => isMember)?.content ?? '',
      lastCharMessage: spoken.messages.find(({ isMember }) => !isMember)?.content ?? '',
      lastMessageId: messageCount - 1,
      allChatRange: messageCount > 0 ? `0-${messageCount - 1}` : '',
    },
    variables,
    now,
    utcOffsetMinutes: 0,
    random,
    chatId: conversationId,
    environment: scene.environment,
    outlets,
    input: user.content,
  });
}
