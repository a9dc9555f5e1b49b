import { CallbackType, type Json, type Message, MessageFlag } from '../model.ts';
import type { Simulation } from '../simulation.ts';

interface Edit {
  method: string;
  params: Record<string, string>;
  query: URLSearchParams;
  body: unknown;
}

/**
 * A message that uses components V2 does so for good: an edit that does not repeat the flag is judged as if it did,
 * since the body alone does not tell which components it may hold.
 */
export function withStandingFlags(simulation: Simulation, edit: Edit): unknown {
  const { body } = edit;
  if (!isObject(body) || ((editedMessage(simulation, edit, body)?.flags ?? 0) & MessageFlag.ComponentsV2) === 0)
    return body;
  const flagged = (part: Json): Json => ({ ...part, flags: Number(part.flags ?? 0) | MessageFlag.ComponentsV2 });
  return edit.params.interaction === undefined
    ? flagged(body)
    : { ...body, data: flagged(isObject(body.data) ? body.data : {}) };
}

function editedMessage(simulation: Simulation, { method, params, query }: Edit, body: Json): Message | undefined {
  const { world, applicationId } = simulation;
  if (params.interaction !== undefined) {
    return body.type === CallbackType.Update ? world.interactions.get(params.interaction)?.sourceMessage : undefined;
  }
  if (method !== 'PATCH') return undefined;
  if (params.message !== undefined) return world.channels.get(params.channel ?? '')?.messages.get(params.message);
  const asked = params.messageOrOriginal;
  if (asked === undefined) return undefined;
  if (params.webhook === applicationId) {
    const interaction = world.interactionsByToken.get(params.token ?? '');
    return asked === '@original' ? interaction?.originalMessage : interaction?.messages.find(({ id }) => id === asked);
  }
  const channelId = query.get('thread_id') ?? world.webhooks.get(params.webhook ?? '')?.channelId;
  return world.channels.get(channelId ?? '')?.messages.get(asked);
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
