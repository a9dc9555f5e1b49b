import type { GenerationKind } from '../../prompt/generation.ts';
import type { PlannedMessage } from '../../prompt/plan.ts';
import type { CaseStep, PromptCase } from './case.ts';
import { caseMacros } from './case-macros.ts';
import type { CaseCharacter } from './character.ts';
import { chooseSwipe, newMessage } from './chat.ts';
import type { Conversation } from './conversation.ts';
import { planGroup } from './group.ts';
import { lastSpeaker, nextSpeakers } from './next-speakers.ts';
import { buildRequest, type RequestTools } from './request.ts';

/** One step that is being taken. */
export interface Replay {
  promptCase: PromptCase;
  conversation: Conversation;
  step: CaseStep;
  stepIndex: number;
  tools: RequestTools;
  /** What it has sent so far. */
  requests: PlannedMessage[][];
}

/** What can be done in a chat, by the words of the cases. */
export const STEPS: Record<string, (replay: Replay) => Promise<void>> = {
  send: (replay) => sendMessage(replay, replay.step.text),
  generate: (replay) => sendMessage(replay, ''),
  regenerate,
  swipe,
  continue: continueReply,
  async impersonate(replay) {
    const { group } = replay.promptCase;
    const present = group?.members ?? [];
    const chosen = present[Math.floor(replay.tools.random() * present.length)];
    await ask(replay, chosen ?? soloSpeaker(replay), 'impersonate');
  },
  quiet: askQuietly,
  async swipe_greeting({ conversation }) {
    const [greeting] = conversation.messages;
    if (greeting && greeting.swipes.length > 1)
      chooseSwipe(greeting, (greeting.swipeIndex + 1) % greeting.swipes.length);
  },
};

/** Adds what the user says, and lets those answer whose turn it is. */
export async function sendMessage(replay: Replay, typed: string): Promise<void> {
  const { promptCase, conversation, tools } = replay;
  const { group, preset, user } = promptCase;
  const speakers = group
    ? nextSpeakers({
        group,
        chat: conversation.messages,
        typed: typed === '' ? undefined : typed,
        random: tools.random,
      })
    : [soloSpeaker(replay)];
  // Alone with one character, SillyTavern lets the user say the preset's text where they say nothing.
  const filler = group || typed !== '' ? '' : preset.texts.sendIfEmpty.trim();
  const text = filler === '' ? typed : expandForUser(replay, filler);
  if (text !== '') conversation.messages.push(newMessage({ name: user.name, isUser: true, swipes: [text] }));
  for (const speaker of speakers) await answer(replay, speaker, 'normal');
}

/** In a group all of the last round is made again. */
async function regenerate(replay: Replay): Promise<void> {
  const { messages } = replay.conversation;
  if (!replay.promptCase.group) {
    if (messages.at(-1)?.isUser === false) messages.pop();
    return answer(replay, soloSpeaker(replay), 'regenerate');
  }
  const round = messages.at(-1)?.madeBy;
  for (let last = messages.at(-1); last; last = messages.at(-1)) {
    const isOther = round !== undefined && last.madeBy !== undefined && last.madeBy !== round;
    if (isOther || last.isUser || last.isHidden) break;
    messages.pop();
  }
  await sendMessage(replay, '');
}

/** The next of the alternatives that there are, or a new one. */
async function swipe(replay: Replay): Promise<void> {
  const last = replay.conversation.messages.at(-1);
  if (!last || last.isUser) return;
  if (last.swipes.length === 0) last.swipes.push(last.text);
  if (last.swipeIndex < last.swipes.length - 1) return chooseSwipe(last, last.swipeIndex + 1);
  for (const speaker of speakersOfLast(replay)) {
    last.swipes.push(await ask(replay, speaker, 'swipe', -1));
    chooseSwipe(last, last.swipes.length - 1);
  }
}

export async function continueReply(replay: Replay): Promise<void> {
  const { promptCase, conversation } = replay;
  for (const speaker of speakersOfLast(replay)) {
    const reply = await ask(replay, speaker, 'continue');
    const last = conversation.messages.at(-1);
    if (!last) continue;
    const joint = last.text.endsWith(' ') ? '' : promptCase.preset.continuePostfix;
    last.text += joint + reply;
    if (last.swipes.length > 0) last.swipes[last.swipeIndex] = last.text;
  }
}

export async function askQuietly(replay: Replay): Promise<void> {
  for (const speaker of speakersOfLast(replay)) await ask(replay, speaker, 'quiet');
}

export async function answer(replay: Replay, speaker: CaseCharacter, generation: GenerationKind): Promise<void> {
  const reply = await ask(replay, speaker, generation);
  const { conversation, stepIndex } = replay;
  const { name } = speaker.persona;
  conversation.messages.push(newMessage({ name, isUser: false, swipes: [reply], madeBy: stepIndex }));
}

/** @param end Where the history ends, as of `slice` @returns the model's reply */
async function ask(replay: Replay, speaker: CaseCharacter, generation: GenerationKind, end?: number): Promise<string> {
  const { conversation, step, requests } = replay;
  const messages = conversation.messages.slice(0, end);
  const history = messages.filter(({ isHidden }) => !isHidden);
  requests.push(await buildRequest({ ...replay, speech: { speaker, messages, history }, generation }));
  conversation.requests += 1;
  return step.reply ?? `Golden reply ${conversation.requests}.`;
}

function speakersOfLast(replay: Replay): CaseCharacter[] {
  const { group } = replay.promptCase;
  if (!group) return [soloSpeaker(replay)];
  return lastSpeaker({ group, chat: replay.conversation.messages, random: replay.tools.random });
}

export function soloSpeaker({ promptCase }: Replay): CaseCharacter {
  const [first] = promptCase.characters;
  if (!first) throw new Error('A case has a character.');
  return first;
}

function expandForUser(replay: Replay, text: string): string {
  const { promptCase, conversation, tools } = replay;
  const { messages } = conversation;
  const speech = { speaker: soloSpeaker(replay), messages, history: messages };
  const group = planGroup(promptCase.group);
  return caseMacros({ ...replay, ...tools, speech, group, generation: 'normal', outlets: {} }).expand(text);
}
