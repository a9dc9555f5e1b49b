import type { CompletionError } from '../completions/errors.ts';
import type { LimitReached } from '../throttle/queue.ts';

/** Says what happened and what to do, for the member who waits. Nothing of the API's own words gets through. */
export function explainFailure(error: CompletionError, { isServerKey }: { isServerKey: boolean }): string {
  switch (error.kind) {
    case 'unauthorized':
      if (isServerKey)
        return 'The API did not accept this server’s key. Someone with the permission Manage Server should look at `/settings` → API key; if the key is right, the API may be having trouble: try again in a few minutes.';
      return 'The API did not accept the key of this bot. Whoever runs it should check `INFERMATIC_API_KEY`; if the key is right, the API may be having trouble: try again in a few minutes.';
    case 'payment':
      if (isServerKey)
        return 'The API wants payment: the plan behind this server’s key has run out. Whoever pays for it can renew it at infermatic.ai; or someone with the permission Manage Server enters another key: `/settings` → API key.';
      return 'The API wants payment: the plan behind this bot has run out. Whoever runs the bot can renew it at infermatic.ai.';
    case 'forbidden':
      return `The plan behind this ${isServerKey ? 'server’s key' : 'bot'} does not include this model. Choose another one: \`/models list\` shows them.`;
    case 'model-missing':
      return 'The API no longer serves this model. Choose another one: `/models list` shows them.';
    case 'rate-limited':
      return `The API is at its limit of requests${afterWait(error.retryAfterMs)}.`;
    case 'context-overflow':
      return 'This was too long for the model’s memory. Make the message shorter, or choose a model with a longer context: `/models list` shows them.';
    case 'system-role-refused':
    case 'roles-must-alternate':
      return 'This model refused the form of the conversation. Choose another one with `/models list`, or try again.';
    case 'pictures-refused':
      return 'This model cannot look at pictures. Ask without the picture, or choose another model: `/models list` shows which can.';
    case 'refused':
      return 'The API refused this request. Try other words or another model: `/models list` shows them.';
    case 'unavailable':
      return 'The model is not available right now. Try again in a minute, or choose another one: `/models list` shows them.';
    case 'network':
      return 'The API could not be reached. Try again in a minute.';
    case 'timeout':
      return 'The model took too long to answer. Try again, or choose another one: `/models list` shows them.';
    case 'cut':
      return 'The connection to the model broke off. Press Retry for a new reply.';
    case 'empty':
      return 'The model gave an empty reply. Press Retry, or put the question in other words.';
    case 'malformed':
      return 'The API answered with something unreadable. Try again in a minute.';
  }
}

/** With Discord's own countdown. */
export function explainLimit({ scope, kind, limit, freeAt }: LimitReached): string {
  const again = `It works again <t:${Math.ceil(freeAt / 1_000)}:R>.`;
  const questions = count(limit, 'question');
  if (scope === 'person') {
    return kind === 'waiting'
      ? `You have ${questions} waiting already, as many as this server allows each person. ${again}`
      : `You have asked ${questions} within the last hour, as many as this server allows each person. ${again}`;
  }
  return kind === 'waiting'
    ? `This server has ${questions} waiting already, as many as its admins allow. ${again}`
    : `This server has asked ${questions} within the last hour, as many as its admins allow. ${again}`;
}

function afterWait(retryAfterMs: number | undefined): string {
  if (retryAfterMs === undefined) return '. Try again in a minute';
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1_000));
  return `. Try again in ${seconds < 90 ? count(seconds, 'second') : count(Math.ceil(seconds / 60), 'minute')}`;
}

function count(number: number, unit: string): string {
  return `${number} ${unit}${number === 1 ? '' : 's'}`;
}
