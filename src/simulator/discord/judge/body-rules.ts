import type { DiscordError } from './discord-error.ts';
import { entityTooLarge } from './discord-error.ts';
import { pathSegments } from './routes.ts';
import { checkCommand, checkCommandList, checkCommandPatch } from './rules/commands.ts';
import type { FormField, JsonRecord } from './rules/form.ts';
import { checkDictionary, checkList, checkText, createForm } from './rules/form.ts';
import { checkCallback } from './rules/interactions.ts';
import {
  ANSWER_FLAGS,
  CHANNEL_FLAGS,
  checkFlags,
  checkMessage,
  checkNotEmpty,
  checkReference,
} from './rules/messages.ts';
import { checkChannelPatch, checkThread } from './rules/threads.ts';
import { checkSignature, checkWebhook } from './rules/webhooks.ts';

const MEBIBYTE = 1024 * 1024;
const MAX_FILES = 10;
const MAX_FILE_BYTES = 10 * MEBIBYTE;
const MAX_REQUEST_BYTES = 25 * MEBIBYTE;

export interface BodyToCheck {
  method: string;
  /** Without `/api/v10`, e.g. `/channels/123/messages`. */
  path: string;
  body: unknown;
  fileCount: number;
  /** The size of each file, or of all together. */
  fileBytes: number | readonly number[];
}

interface Submission {
  form: FormField;
  body: JsonRecord;
  fileCount: number;
  /** The parts of the path that the rule's pattern leaves open. */
  ids: readonly string[];
}

interface Rule {
  method: string;
  pattern: readonly string[];
  check(submission: Submission): DiscordError | undefined | void;
}

const RULES: readonly Rule[] = [
  rule('POST', 'channels/*/messages', ({ form, body, fileCount, ids: [channelId = ''] }) => {
    checkMessage(form, body);
    checkFlags(form.at('flags'), body.flags, CHANNEL_FLAGS);
    checkReference(form.at('message_reference'), body.message_reference, channelId);
    return checkNotEmpty(body, fileCount);
  }),
  rule('PATCH', 'channels/*/messages/*', ({ form, body }) => checkMessage(form, body)),
  rule('POST', 'channels/*/messages/bulk-delete', ({ form, body }) => {
    checkList(form.at('messages'), body.messages, { min: 2, max: 100, required: true });
  }),
  rule('POST', 'webhooks/*/*', ({ form, body, fileCount }) => {
    checkSignature(form, body);
    checkText(form.at('thread_name'), body.thread_name, { min: 1, max: 100 });
    checkMessage(form, body);
    checkFlags(form.at('flags'), body.flags, ANSWER_FLAGS);
    return checkNotEmpty(body, fileCount);
  }),
  rule('PATCH', 'webhooks/*/*/messages/*', ({ form, body }) => checkMessage(form, body)),
  rule('POST', 'interactions/*/*/callback', ({ form, body, fileCount }) => checkCallback(form, body, fileCount)),
  rule('POST', 'applications/*/commands', ({ form, body }) => checkCommand(form, body)),
  rule('POST', 'applications/*/guilds/*/commands', ({ form, body }) => checkCommand(form, body)),
  rule('PATCH', 'applications/*/commands/*', ({ form, body }) => checkCommandPatch(form, body)),
  rule('PATCH', 'applications/*/guilds/*/commands/*', ({ form, body }) => checkCommandPatch(form, body)),
  rule('POST', 'channels/*/webhooks', ({ form, body }) => checkWebhook(form, body, { required: true })),
  rule('PATCH', 'webhooks/*', ({ form, body }) => checkWebhook(form, body)),
  rule('PATCH', 'webhooks/*/*', ({ form, body }) => checkWebhook(form, body)),
  rule('POST', 'channels/*/threads', ({ form, body, fileCount }) => {
    checkThread(form, body);
    if (body.message === undefined) return undefined;
    const opening = checkDictionary(form.at('message'), body.message);
    checkMessage(form.at('message'), opening);
    return checkNotEmpty(opening, fileCount);
  }),
  rule('POST', 'channels/*/messages/*/threads', ({ form, body }) => checkThread(form, body)),
  rule('PATCH', 'channels/*', ({ form, body }) => checkChannelPatch(form, body)),
];

const COMMAND_LISTS = ['applications/*/commands', 'applications/*/guilds/*/commands'].map((path) => path.split('/'));

/** What Discord would answer to a body that breaks its documented rules; undefined when it would accept it. */
export function checkBody({ method, path, body, fileCount, fileBytes }: BodyToCheck): DiscordError | undefined {
  const tooMuch = checkFiles(fileCount, fileBytes);
  if (tooMuch) return tooMuch;
  const { root, error } = createForm();
  const segments = pathSegments(path);
  if (method === 'PUT' && COMMAND_LISTS.some((pattern) => matches(pattern, segments))) {
    const refused = checkCommandList(root, checkList(root, body, { max: 130 }));
    return error() ?? refused;
  }
  const found = RULES.find((candidate) => candidate.method === method && matches(candidate.pattern, segments));
  if (!found) return undefined;
  const ids = segments.filter((_, index) => found.pattern[index] === '*');
  const refused = found.check({ form: root, body: checkDictionary(root, body), fileCount, ids });
  return error() ?? refused ?? undefined;
}

function rule(method: string, path: string, check: Rule['check']): Rule {
  return { method, pattern: path.split('/'), check };
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  if (pattern.length !== segments.length) return false;
  return pattern.every((part, index) => part === '*' || part === segments[index]);
}

function checkFiles(fileCount: number, fileBytes: number | readonly number[]): DiscordError | undefined {
  const sizes = typeof fileBytes === 'number' ? [fileBytes] : fileBytes;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const largest = typeof fileBytes === 'number' ? fileBytes / Math.max(1, fileCount) : Math.max(0, ...fileBytes);
  if (largest > MAX_FILE_BYTES || total > MAX_REQUEST_BYTES) return entityTooLarge;
  if (fileCount <= MAX_FILES) return undefined;
  return {
    status: 400,
    body: { code: 30015, message: `Maximum number of attachments in a message reached (${MAX_FILES})` },
  };
}
