import type { APIEmbed, REST } from 'discord.js';
import type { ReplyPart } from '../chat/reply-target.ts';
import type { Logger } from '../core/logger.ts';
import { toBody } from './reply-body.ts';
import type { ViewFile } from './view.ts';
import type { WebhookMessage } from './webhook-messages.ts';
import { webhookName } from './webhook-name.ts';

/** What stands below the first message of a reply beside its text, such as a face. */
export interface Decoration {
  /** The same for the same: it is sent once, and again when another key comes. */
  key: string;
  load(): Promise<{ embeds: APIEmbed[]; files: ViewFile[] }>;
}

/** How a persona looks. What fails here costs the picture alone. */
export interface WebhookLooks {
  /** Of the persona, as it calls itself. */
  username: string;
  /** The persona's picture for what its face shows; without one it gets a plain one of Discord's. */
  avatarUrl: (emotion: string | undefined) => Promise<string | undefined>;
  decoration?: ((emotion: string | undefined) => Decoration | undefined) | undefined;
}

export interface Draft {
  message: WebhookMessage;
  /** To be called when Discord has taken it. */
  taken(): void;
}

export interface WebhookDrafts {
  create(index: number, part: ReplyPart): Promise<Draft>;
  edit(index: number, part: ReplyPart): Promise<Draft>;
}

export interface WebhookDraftsOptions extends WebhookLooks {
  /** For addresses of Discord's own pictures. */
  rest: Pick<REST, 'cdn'>;
  /** The first part takes the place of an earlier reply's. */
  isReused: boolean;
  logger: Logger;
}

const PLAIN_AVATARS = 6;
const UNKNOWN = Symbol('what an earlier reply left there');

/** The messages of one reply, as a persona writes them. */
export function createWebhookDrafts(options: WebhookDraftsOptions): WebhookDrafts {
  const { rest, avatarUrl, logger } = options;
  const username = webhookName(options.username);
  const plainAvatar = rest.cdn.defaultAvatar(sumOf(username) % PLAIN_AVATARS);
  // Discord may have to be given the picture first: that takes its time while nothing is there to be said yet.
  if (!options.isReused) avatarUrl(undefined).catch(() => {});
  let emotion: string | undefined;
  let decorated: string | undefined | typeof UNKNOWN = options.isReused ? UNKNOWN : undefined;

  async function picture(): Promise<string> {
    try {
      // Without an address Discord shows the picture that the webhook had last, of whichever persona.
      return (await avatarUrl(emotion)) ?? plainAvatar;
    } catch (error) {
      logger.warn({ err: error }, 'a persona speaks without its picture');
      return plainAvatar;
    }
  }

  async function load(wanted: Decoration | undefined) {
    const nothing: { embeds: APIEmbed[]; files: ViewFile[] } = { embeds: [], files: [] };
    if (!wanted) return nothing;
    try {
      return await wanted.load();
    } catch (error) {
      logger.warn({ err: error }, 'the face of a persona could not be shown');
      return nothing;
    }
  }

  async function draft(index: number, part: ReplyPart, isNew: boolean): Promise<Draft> {
    const body = toBody(part);
    if (index > 0) return { message: { body }, taken: () => {} };
    emotion = part.emotion ?? emotion;
    const wanted = options.decoration?.(emotion);
    const shown = isNew ? undefined : decorated;
    if (shown === wanted?.key) return { message: { body }, taken: () => {} };
    const { embeds, files } = await load(wanted);
    return {
      message: {
        body: { ...body, embeds, attachments: files.map(({ description = '' }, id) => ({ id, description })) },
        ...(files.length === 0 ? {} : { files: files.map(({ name, bytes }) => ({ name, data: Buffer.from(bytes) })) }),
      },
      taken() {
        decorated = wanted?.key;
      },
    };
  }

  return {
    async create(index, part) {
      const { message, taken } = await draft(index, part, true);
      const avatar_url = await picture();
      return { message: { ...message, body: { ...message.body, username, avatar_url } }, taken };
    },
    edit: (index, part) => draft(index, part, false),
  };
}

function sumOf(text: string): number {
  return Array.from(text, (character) => character.codePointAt(0) ?? 0).reduce((sum, code) => sum + code, 0);
}
