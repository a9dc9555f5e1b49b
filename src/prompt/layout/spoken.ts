import type { PromptRole } from '../../personas/persona.ts';
import type { PlannedMessage } from '../plan.ts';
import type { NamesBehavior } from '../preset.ts';

/** One message of a conversation. A narrator's has the role `system`. */
export interface HistoryMessage {
  role: PromptRole;
  name: string;
  content: string;
  /** Not by the character that the chat is with (SillyTavern's `force_avatar`). */
  isByAnother?: boolean | undefined;
}

const NAME_MAX_LENGTH = 64;

/** The message with its speaker before the text, if the preset wants it there, and without carriage returns. */
export function messageOf(
  { role, name, content, isByAnother = false }: HistoryMessage,
  { namesBehavior, userName, isGroup }: { namesBehavior: NamesBehavior; userName: string; isGroup: boolean },
): PlannedMessage {
  const isNarrator = role === 'system';
  const isNamed =
    namesBehavior === 2
      ? !isNarrator
      : namesBehavior === 0 && name !== userName && (isGroup || (isByAnother && !isNarrator));
  return { role, name, content: (isNamed ? `${name}: ${content}` : content).replaceAll('\r', '') };
}

/** For the `name` of a message, as OpenAI allows it: every other sign becomes `_`, in UTF-16 units (recorded cases 055, 518). */
export function nameOf({ name }: PlannedMessage, namesBehavior: NamesBehavior): string | undefined {
  if (namesBehavior !== 1 || name === undefined || name === '') return undefined;
  return name.replaceAll(/[^a-zA-Z0-9_]/g, '_').slice(0, NAME_MAX_LENGTH);
}
