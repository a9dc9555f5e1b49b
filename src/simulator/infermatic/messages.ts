import type { PlainAnswer, ReceivedMessage } from './behaviour.ts';
import { errors } from './errors.ts';
import type { SimulatedModel } from './models.ts';

const ROLES = ['system', 'user', 'assistant', 'tool'] as const;
const MESSAGE_KEYS = ['role', 'content', 'name', 'tool_call_id'];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isRole = (value: unknown): value is ReceivedMessage['role'] => ROLES.some((role) => role === value);

/** A message as it was written: the addresses of its pictures are not looked at yet. */
export interface WrittenMessage {
  message: ReceivedMessage;
  pictureUrls: string[];
}

type Part = { text: string } | { pictureUrl: string };

function readPart(part: unknown): Part | undefined {
  if (!isObject(part)) return undefined;
  const { type, text, image_url: image } = part;
  if (type === 'text' && typeof text === 'string') return { text };
  const url = type === 'image_url' && isObject(image) ? image['url'] : undefined;
  return typeof url === 'string' ? { pictureUrl: url } : undefined;
}

/** Undefined when it is neither a string nor a non-empty list of parts. */
function readContent(content: unknown): { text: string; pictureUrls: string[] } | undefined {
  if (typeof content === 'string') return { text: content, pictureUrls: [] };
  if (!Array.isArray(content) || content.length === 0) return undefined;
  const parts = content.map(readPart);
  if (parts.includes(undefined)) return undefined;
  return {
    text: parts.flatMap((part) => (part && 'text' in part ? [part.text] : [])).join('\n'),
    pictureUrls: parts.flatMap((part) => (part && 'pictureUrl' in part ? [part.pictureUrl] : [])),
  };
}

function readMessage(value: unknown): WrittenMessage | string {
  if (!isObject(value)) return 'must be an object';
  const unknown = Object.keys(value).filter((name) => !MESSAGE_KEYS.includes(name));
  if (unknown.length > 0) return `has unknown keys: ${unknown.join(', ')}`;
  const { role, content, name } = value;
  if (!isRole(role)) return `has an unexpected role: ${JSON.stringify(role)}`;
  const written = readContent(content);
  if (!written) return 'must have content, a string or a list of text and image_url parts';
  const { text, pictureUrls } = written;
  if (name === undefined || name === null) return { message: { role, content: text }, pictureUrls };
  if (typeof name !== 'string' || name === '') return 'must have a non-empty name, or none';
  return { message: { role, content: text, name }, pictureUrls };
}

/** The messages, or one sentence on what is wrong with them. */
export function readMessages(value: unknown): WrittenMessage[] | string {
  if (!Array.isArray(value)) return 'messages must be a list';
  if (value.length === 0) return 'messages must not be empty';
  const messages: WrittenMessage[] = [];
  for (const [index, item] of value.entries()) {
    const message = readMessage(item);
    if (typeof message === 'string') return `messages[${index}] ${message}`;
    messages.push(message);
  }
  return messages;
}

/** What the model's chat template refuses. */
export function templateRefusal(model: SimulatedModel, messages: readonly ReceivedMessage[]): PlainAnswer | undefined {
  const [first] = messages;
  if (model.refusesSystemRole && messages.some(({ role }) => role === 'system')) {
    return errors.systemRoleRefused(model.id);
  }
  if (!model.alternation) return undefined;
  const afterSystem = model.alternation === 'after-system';
  const turns = afterSystem && first?.role === 'system' ? messages.slice(1) : messages;
  const alternates = turns.every(({ role }, index) => role === (index % 2 === 0 ? 'user' : 'assistant'));
  return alternates ? undefined : errors.rolesMustAlternate(afterSystem, model.id);
}
