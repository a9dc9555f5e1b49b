import { type APIWebhook, type REST, Routes } from 'discord.js';
import * as v from 'valibot';
import type { Clock } from '../core/clock.ts';
import type { Document } from '../core/document.ts';
import type { Logger } from '../core/logger.ts';
import { createRecent } from '../core/recent.ts';
import { isRefused } from './webhook-errors.ts';
import type { Webhook } from './webhooks.ts';

export interface AvatarPicture {
  /** Of its bytes. */
  sha256: string;
  /** Read only when Discord does not have the picture yet. PNG, JPEG or GIF. */
  dataUri(): Promise<string>;
}

export interface WebhookAvatars {
  urlOf(webhook: Webhook, picture: AvatarPicture): Promise<string | undefined>;
}

export interface WebhookAvatarsOptions {
  rest: REST;
  avatarsOf: (webhookId: string) => Document;
  clock: Clock;
  logger: Logger;
}

/** Discord's hashes by those of the pictures. */
type Hashes = Map<string, string>;

const recordSchema = v.object({ v: v.literal(1), hashes: v.record(v.string(), v.string()) });

const MAX_WEBHOOKS = 1_000;
const MAX_PICTURES = 200;
/** No text waits longer for its picture. */
const WAIT_MS = 3_000;

/**
 * A message of a webhook shows a picture by its address, and the bot has no public server. So a picture is made the
 * webhook's own once, and shown from Discord's address of it from then on.
 */
export function createWebhookAvatars({ rest, avatarsOf, clock, logger }: WebhookAvatarsOptions): WebhookAvatars {
  const loaded = createRecent<string, Promise<Hashes>>({ maxSize: MAX_WEBHOOKS });
  const uploading = new Map<string, Promise<string | undefined>>();
  /** Pictures that Discord refused: not tried again before the next start. */
  const refused = createRecent<string, true>({ maxSize: MAX_WEBHOOKS });

  function hashesOf(webhookId: string): Promise<Hashes> {
    let hashes = loaded.get(webhookId);
    if (!hashes) loaded.set(webhookId, (hashes = load(webhookId)));
    return hashes;
  }

  async function load(webhookId: string): Promise<Hashes> {
    try {
      const record = v.safeParse(recordSchema, await avatarsOf(webhookId).read());
      return new Map(record.success ? Object.entries(record.output.hashes) : []);
    } catch (error) {
      logger.warn({ err: error, webhookId }, 'the pictures of a webhook could not be read');
      return new Map();
    }
  }

  async function upload({ id, token }: Webhook, picture: AvatarPicture, hashes: Hashes): Promise<string | undefined> {
    try {
      const avatar = await picture.dataUri();
      // By its own token it may be changed whatever the bot's rights are now.
      const changed = (await rest.patch(Routes.webhook(id, token), { body: { avatar }, auth: false })) as APIWebhook;
      const hash = changed.avatar;
      if (!hash) return undefined;
      hashes.set(picture.sha256, hash);
      const [oldest] = hashes.keys();
      if (hashes.size > MAX_PICTURES && oldest !== undefined) hashes.delete(oldest);
      await avatarsOf(id).write({ v: 1, hashes: Object.fromEntries(hashes) });
      return hash;
    } catch (error) {
      if (isRefused(error)) refused.set(`${id} ${picture.sha256}`, true);
      logger.warn({ err: error, webhookId: id }, 'a picture of a persona could not be shown');
      return hashes.get(picture.sha256);
    }
  }

  /** What comes later is there for the next message. */
  async function inTime<T>(work: Promise<T>): Promise<T | undefined> {
    const done = new AbortController();
    const waiting = clock.sleep(WAIT_MS, { signal: done.signal }).then(
      () => undefined,
      () => undefined,
    );
    try {
      return await Promise.race([work, waiting]);
    } finally {
      done.abort();
    }
  }

  return {
    async urlOf(webhook, picture) {
      const hashes = await hashesOf(webhook.id);
      const key = `${webhook.id} ${picture.sha256}`;
      let hash = hashes.get(picture.sha256);
      if (hash === undefined && !refused.get(key)) {
        let wanted = uploading.get(key);
        if (!wanted) {
          wanted = upload(webhook, picture, hashes).finally(() => uploading.delete(key));
          uploading.set(key, wanted);
        }
        hash = await inTime(wanted);
      }
      // Of a picture that moves its address in PNG shows the first frame, and webhooks show no other.
      return hash && rest.cdn.avatar(webhook.id, hash, { extension: 'png', forceStatic: true });
    },
  };
}
