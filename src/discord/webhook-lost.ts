import { type APIMessage, type REST, Routes } from 'discord.js';
import { isRefused } from './webhook-errors.ts';
import type { WebhookMessage } from './webhook-messages.ts';
import { addressOf, type WebhookPlace } from './webhook-place.ts';
import type { Webhooks } from './webhooks.ts';

export interface Lost {
  /** What may have been taken, though Discord's answer never came. */
  messages: WebhookMessage[];
  /** Older than what was lost: the message that is answered, or the one before. */
  after?: string | undefined;
  /** Messages that are known to be others. */
  known: readonly string[];
}

/** Looks for a message that Discord may have taken without an answer, among those that stand there. */
export type FindLost = (place: WebhookPlace, lost: Lost) => Promise<string | undefined>;

const LOOKED_THROUGH = 100;

export function createFindLost({ rest, webhooks }: { rest: REST; webhooks: Pick<Webhooks, 'of'> }): FindLost {
  return async (place, { messages, after, known }) => {
    const { id: webhookId } = await webhooks.of(place.channelId);
    const query = new URLSearchParams({ limit: String(LOOKED_THROUGH), ...(after === undefined ? {} : { after }) });
    const wanted = new Set(messages.map(({ body }) => fingerprint(body)));
    try {
      const shown = (await rest.get(Routes.channelMessages(addressOf(place)), { query })) as APIMessage[];
      return shown.find(
        (message) =>
          message.webhook_id === webhookId &&
          !known.includes(message.id) &&
          // Buttons name their reply; words alone can be those of an earlier one.
          (after !== undefined || customIds(message.components).length > 0) &&
          wanted.has(fingerprint(message)),
      )?.id;
    } catch (error) {
      // Where the bot may not read, words said twice are better than words lost.
      if (isRefused(error)) return undefined;
      throw error;
    }
  };
}

function fingerprint({ content, components }: { content: string; components?: object[] | undefined }): string {
  // Discord takes white space from both ends.
  return JSON.stringify([content.trim(), ...customIds(components)]);
}

function customIds(components: object[] = []): string[] {
  return components.flatMap((component) => {
    if ('custom_id' in component) return [String(component.custom_id)];
    return 'components' in component ? customIds(component.components as object[]) : [];
  });
}
