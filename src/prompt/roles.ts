export interface PromptMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** What a model's chat template accepts. */
export interface TemplateRoles {
  /** The template takes a system message. Mistral's first one does not, and answers HTTP 500 on it. */
  system: boolean;
}

/** Opens a conversation that would otherwise begin with the assistant (SillyTavern's strict mode has the same words). */
const OPENING_WORDS = "Let's get started.";

const isBlank = (text: string) => text.trim() === '';

/**
 * Puts messages into the order that every chat template accepts: at most one system message, in front; then user and
 * assistant in turns, user first. Neighbours of one role are joined by a blank line, blank messages left out.
 */
export function arrangeRoles(messages: readonly PromptMessage[], roles: TemplateRoles): PromptMessage[] {
  const spoken = messages.filter((message) => !isBlank(message.content));
  const openingEnd = spoken.findIndex((message) => message.role !== 'system');
  const opening = openingEnd === -1 ? spoken : spoken.slice(0, openingEnd);
  const conversation = openingEnd === -1 ? [] : spoken.slice(openingEnd);

  const system = opening.map((message) => message.content).join('\n\n');
  const arranged: PromptMessage[] = [];
  if (system !== '') arranged.push({ role: roles.system ? 'system' : 'user', content: system });
  if (conversation[0]?.role === 'assistant' && arranged.at(-1)?.role !== 'user') {
    arranged.push({ role: 'user', content: OPENING_WORDS });
  }
  return joinNeighbours([...arranged, ...conversation.map(withoutLateSystem)]);
}

/** Templates that take a system message take it at the front only. */
function withoutLateSystem(message: PromptMessage): PromptMessage {
  return message.role === 'system' ? { role: 'user', content: message.content } : message;
}

function joinNeighbours(messages: readonly PromptMessage[]): PromptMessage[] {
  const groups: { role: PromptMessage['role']; contents: string[] }[] = [];
  for (const { role, content } of messages) {
    const last = groups.at(-1);
    if (last?.role === role) last.contents.push(content);
    else groups.push({ role, contents: [content] });
  }
  return groups.map(({ role, contents }) => ({ role, content: contents.join('\n\n') }));
}
