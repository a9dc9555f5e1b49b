import type { Persona, PromptRole } from '../../personas/persona.ts';
import type { PlanRequest } from '../plan.ts';
import { spokenNameOf } from './names.ts';

/** What the cards say in one prompt: of the speaker, or of a group joined. */
export interface CardTexts {
  description: string;
  personality: string;
  scenario: string;
  exampleDialogue: string;
  depthPrompts: { content: string; depth: number; role: PromptRole }[];
}

type CardField = 'description' | 'personality' | 'scenario' | 'exampleDialogue';

/** As `<FIELDNAME>` says them (SillyTavern's words). */
const FIELD_NAMES: Record<CardField, string> = {
  description: 'Description',
  personality: 'Personality',
  scenario: 'Scenario',
  exampleDialogue: 'Example Messages',
};
const START = '<START>';

/** Macros stand in it still. */
export function cardTexts({
  persona,
  group,
  chatTexts,
}: Pick<PlanRequest, 'persona' | 'group' | 'chatTexts'>): CardTexts {
  const isJoined = group !== undefined && group.mode !== 'swap';
  const speaking = isJoined
    ? group.members.filter(
        (member) => group.mode === 'join-muted' || member === persona || !group.muted.includes(member),
      )
    : [persona];
  const text = (field: CardField) =>
    isJoined ? joined(speaking, field, group.joinPrefix, group.joinSuffix) : persona[field].trim();
  return {
    description: text('description'),
    personality: text('personality'),
    scenario: chatTexts?.scenario?.trim() || text('scenario'),
    exampleDialogue: chatTexts?.exampleDialogue?.trim() || text('exampleDialogue'),
    depthPrompts: speaking.flatMap((member) => depthPromptOf(member, isJoined)),
  };
}

/** They are expanded before all else: what they do to variables shows in the preset's texts (recorded case 239). */
export function expandedCardTexts(request: Pick<PlanRequest, 'persona' | 'group' | 'chatTexts' | 'macros'>): CardTexts {
  const card = (text: string) => request.macros.expand(text, { isCardText: true }).replaceAll('\r', '');
  const texts = cardTexts(request);
  return {
    exampleDialogue: card(texts.exampleDialogue),
    description: card(texts.description),
    personality: card(texts.personality),
    scenario: card(texts.scenario),
    depthPrompts: texts.depthPrompts.map((prompt) => ({ ...prompt, content: card(prompt.content) })),
  };
}

function depthPromptOf(persona: Persona, isJoined: boolean): CardTexts['depthPrompts'] {
  const { depthPrompt } = persona;
  const content = depthPrompt?.prompt.trim() ?? '';
  if (depthPrompt === undefined || content === '') return [];
  const { depth, role } = depthPrompt;
  return [{ content: isJoined ? named(content, persona) : content, depth, role }];
}

function joined(members: readonly Persona[], field: CardField, prefix: string, suffix: string): string {
  const texts = members.flatMap((member) => {
    const own = member[field].trim();
    if (own === '') return [];
    const text = field === 'exampleDialogue' && !own.startsWith(START) ? `${START}\n${own}` : own;
    const around = (part: string) => part.replaceAll(/<FIELDNAME>/gi, FIELD_NAMES[field]);
    return [named(around(prefix) + around(text).trim() + around(suffix), member)];
  });
  return texts.join('\n');
}

/** Among others' texts `{{char}}` must be whose text it is, not who speaks. */
function named(text: string, member: Persona): string {
  return text.replaceAll(/\{\{\s*char\s*\}\}|<(?:char|bot)>/gi, () => spokenNameOf(member));
}
