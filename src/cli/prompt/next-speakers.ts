import type { CaseCharacter } from './character.ts';
import type { ChatMessage } from './chat.ts';
import type { CaseGroup } from './group.ts';

/** What a group is asked for. */
export interface GroupTurn {
  group: CaseGroup;
  chat: readonly ChatMessage[];
  /** What the user has typed, if that is what the group answers. */
  typed?: string | undefined;
  random: () => number;
}

const nameOf = ({ persona }: CaseCharacter) => persona.name;

/** Who speaks next, in order, by the group's strategy (facts of SillyTavern 1.18). */
export function nextSpeakers(turn: GroupTurn): CaseCharacter[] {
  const { group, typed, random } = turn;
  const present = group.members.filter((member) => !group.muted.includes(member));
  if (group.strategy === 'list') return present;
  if (group.strategy === 'pooled') return pooled(turn, present);
  if (group.strategy === 'manual') return typed === undefined ? pick(present, random) : [];
  return natural(turn, present);
}

/** Who a swipe or a continue is for: who spoke last. */
export function lastSpeaker({ group, chat, random }: Omit<GroupTurn, 'typed'>): CaseCharacter[] {
  const last = chat.findLast((message) => !message.isUser && !message.isHidden && !message.isNarrator);
  const found = group.members.find((member) => nameOf(member) === last?.name);
  return found ? [found] : pick(group.members, random);
}

/** Those who are mentioned, then those who feel like it; somebody at least. */
function natural({ group, chat, typed, random }: GroupTurn, present: readonly CaseCharacter[]): CaseCharacter[] {
  const last = chat.at(-1);
  const isAnswer = typed !== undefined || last?.isUser !== false || group.allowsSelfResponses;
  const willing = present.filter((member) => isAnswer || nameOf(member) !== last?.name);
  const mentioned = wordsOf(typed ?? (last?.isHidden ? '' : (last?.text ?? ''))).flatMap((word) =>
    willing.filter((member) => wordsOf(nameOf(member)).includes(word)).slice(0, 1),
  );
  const chatty = shuffled(willing, random).filter(({ persona }) => persona.talkativeness >= random());
  const speakers = [...new Set([...mentioned, ...chatty])];
  if (speakers.length > 0) return speakers;
  const talkative = willing.filter(({ persona }) => persona.talkativeness > 0);
  return pick(talkative.length > 0 ? talkative : present, random);
}

/** One who has not spoken since the user did. */
function pooled({ chat, typed, random }: GroupTurn, present: readonly CaseCharacter[]): CaseCharacter[] {
  const lastUser = chat.findLastIndex(({ isUser }) => isUser);
  const spoken = new Set(typed === undefined ? chat.slice(lastUser + 1).map(({ name }) => name) : []);
  const silent = present.filter((member) => !spoken.has(nameOf(member)));
  if (silent.length > 0) return pick(silent, random);
  const others = present.filter((member) => nameOf(member) !== chat.at(-1)?.name);
  return pick(others.length > 0 ? others : present, random);
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/\b\w+\b/giu) ?? [];
}

function pick(members: readonly CaseCharacter[], random: () => number): CaseCharacter[] {
  const chosen = members[Math.floor(random() * members.length)];
  return chosen ? [chosen] : [];
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const left = [...items];
  const drawn: T[] = [];
  while (left.length > 0) drawn.push(...left.splice(Math.floor(random() * left.length), 1));
  return drawn;
}
