import { StartError } from '../../core/errors.ts';
import type { PlanRequest } from '../../prompt/plan.ts';
import type { CaseCharacter } from './character.ts';
import { fieldsOf, listOf, numberOf, textOf } from './fields.ts';

export interface CaseGroup {
  members: CaseCharacter[];
  muted: CaseCharacter[];
  mode: NonNullable<PlanRequest['group']>['mode'];
  joinPrefix: string;
  joinSuffix: string;
  strategy: 'natural' | 'list' | 'manual' | 'pooled';
  allowsSelfResponses: boolean;
}

const MODES: readonly CaseGroup['mode'][] = ['swap', 'join', 'join-muted'];
const STRATEGIES: readonly CaseGroup['strategy'][] = ['natural', 'list', 'manual', 'pooled'];

export function readGroup(value: unknown, characters: readonly CaseCharacter[]): CaseGroup | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const group = fieldsOf(value);
  const find = (name: unknown): CaseCharacter => {
    const found = characters.find(({ persona }) => persona.name === name);
    if (!found) throw new StartError(`The group has a member ${JSON.stringify(name)} that is not among the cards.`);
    return found;
  };
  const members = listOf(group.members).map(find);
  const muted = listOf(group.disabled ?? group.disabled_members).map((member) => {
    const byIndex = typeof member === 'number' ? members[member] : undefined;
    return byIndex ?? find(member);
  });
  return {
    members: members.length > 0 ? members : [...characters],
    muted,
    mode: MODES[numberOf(group.generation_mode, 0)] ?? 'swap',
    joinPrefix: textOf(group.join_prefix ?? group.generation_mode_join_prefix),
    joinSuffix: textOf(group.join_suffix ?? group.generation_mode_join_suffix),
    strategy: STRATEGIES[numberOf(group.activation_strategy, 0)] ?? 'natural',
    allowsSelfResponses: group.allow_self_responses === true,
  };
}

export function planGroup(group: CaseGroup | undefined): PlanRequest['group'] {
  const personas = (members: readonly CaseCharacter[]) => members.map(({ persona }) => persona);
  return group && { ...group, members: personas(group.members), muted: personas(group.muted) };
}
