export interface PromptMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** What a model's chat template accepts; the modes are those of SillyTavern (`mergeMessages` in prompt-converters.js). */
export interface TemplateRoles {
  /**
   * - `merge`: neighbours of one role become one message.
   * - `semi`: and every system message after the first becomes the user's.
   * - `strict`: and a user speaks first, so that user and assistant alternate from the beginning on.
   */
  mode: 'merge' | 'semi' | 'strict';
  /** The template takes a system message. Mistral's first one does not, and answers HTTP 500 on it. */
  system: boolean;
}

/** Opens a conversation that would otherwise begin with the assistant (the words of SillyTavern's strict mode). */
export const OPENING_WORDS = "Let's get started.";
/** Stands between neighbours that become one message. */
export const JOINT = '\n\n';

/**
 * Puts messages into the order that a chat template accepts. Blank ones are left out; the system texts in front become
 * one message, which begins the first user message where the template takes no system. What becomes of a message never
 * depends on those behind it, except that a neighbour of its role is joined to its end: a prompt that goes on where
 * the last one ended begins with the same text.
 */
export function arrangeRoles(messages: readonly PromptMessage[], { mode, system }: TemplateRoles): PromptMessage[] {
  const spoken = messages.filter(({ content }) => content.trim() !== '');
  const afterOpening = spoken.findIndex(({ role }) => role !== 'system');
  const openingEnd = afterOpening === -1 ? spoken.length : afterOpening;
  const takesLateSystem = mode === 'merge' && system;

  const opening: PromptMessage[] = spoken.slice(0, openingEnd).map(system ? asIs : asUser);
  const conversation = spoken.slice(openingEnd).map(takesLateSystem ? asIs : systemAsUser);
  const needsOpener = mode === 'strict' && spoken.length > 0 && conversation[0]?.role !== 'user';
  if (needsOpener && opening.at(-1)?.role !== 'user') opening.push({ role: 'user', content: OPENING_WORDS });
  return joinNeighbours([...opening, ...conversation]);
}

const asIs = (message: PromptMessage): PromptMessage => message;
const asUser = ({ content }: PromptMessage): PromptMessage => ({ role: 'user', content });
const systemAsUser = (message: PromptMessage) => (message.role === 'system' ? asUser(message) : message);

function joinNeighbours(messages: readonly PromptMessage[]): PromptMessage[] {
  const groups: { role: PromptMessage['role']; contents: string[] }[] = [];
  for (const { role, content } of messages) {
    const last = groups.at(-1);
    if (last?.role === role) last.contents.push(content);
    else groups.push({ role, contents: [content] });
  }
  return groups.map(({ role, contents }) => ({ role, content: contents.join(JOINT) }));
}
