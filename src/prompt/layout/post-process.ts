import type { PlannedMessage } from '../plan.ts';

/**
 * SillyTavern's prompt post-processing for picky endpoints. The `_tools` variants keep calls of tools, which no prompt
 * of ours has.
 */
export type PostProcessing =
  | 'none'
  | 'merge'
  | 'semi'
  | 'strict'
  | 'single'
  | 'merge_tools'
  | 'semi_tools'
  | 'strict_tools';

export interface SpeakerNames {
  characterName: string;
  userName: string;
  /** All members of a group. */
  groupNames: readonly string[];
}

/** What the user says where a user must speak first (SillyTavern's `promptPlaceholder`). */
const PLACEHOLDER = '[Start a new chat]';
const JOINT = '\n\n';

export function postProcess(
  messages: readonly PlannedMessage[],
  mode: PostProcessing,
  names: SpeakerNames,
): PlannedMessage[] {
  if (mode === 'none') return [...messages];
  const told = messages.map((message) => withNameInText(message, names));
  if (mode === 'single') return merge(told.map((message) => asUser(message, names)));
  const merged = merge(told);
  if (mode === 'merge' || mode === 'merge_tools') return merged;
  const alternating = merged.map((message, index) =>
    index > 0 && message.role === 'system' ? { ...message, role: 'user' as const } : message,
  );
  return merge(mode === 'strict' || mode === 'strict_tools' ? withUserFirst(alternating) : alternating);
}

function withNameInText({ role, content, name }: PlannedMessage, names: SpeakerNames): PlannedMessage {
  if (role === 'system' && name === 'example_assistant') return { role, content: asCharacter(content, names) };
  if (role === 'system' && name === 'example_user') return { role, content: prefixed(content, names.userName) };
  return { role, content: role === 'system' || name === undefined ? content : prefixed(content, name) };
}

function asUser({ role, content }: PlannedMessage, names: SpeakerNames): PlannedMessage {
  if (role === 'assistant') return { role: 'user', content: asCharacter(content, names) };
  return { role: 'user', content: role === 'user' ? prefixed(content, names.userName) : content };
}

function asCharacter(content: string, { characterName, groupNames }: SpeakerNames): string {
  return groupNames.some((name) => content.startsWith(`${name}: `)) ? content : prefixed(content, characterName);
}

function prefixed(content: string, name: string): string {
  return name === '' || content.startsWith(`${name}: `) ? content : `${name}: ${content}`;
}

function merge(messages: readonly PlannedMessage[]): PlannedMessage[] {
  const merged: PlannedMessage[] = [];
  for (const { role, content } of messages) {
    const last = merged.at(-1);
    if (last?.role === role) merged.splice(-1, 1, { role, content: last.content + JOINT + content });
    else merged.push({ role, content });
  }
  return merged.length > 0 ? merged : [{ role: 'user', content: PLACEHOLDER }];
}

function withUserFirst(messages: readonly PlannedMessage[]): PlannedMessage[] {
  const [first, second] = messages;
  const opening: PlannedMessage = { role: 'user', content: PLACEHOLDER };
  if (first?.role === 'system' && second?.role !== 'user') return [first, opening, ...messages.slice(1)];
  return first?.role === 'assistant' ? [opening, ...messages] : [...messages];
}
