import { type APIMessage, type REST, Routes } from 'discord.js';
import { toActionRow } from './show-text.ts';
import type { View } from './view.ts';

/** Posts a view as one message by the bot's own account, which pings nobody; gives its id. */
export type PostView = (channelId: string, view: View) => Promise<string>;

export function createPostView({ rest }: { rest: REST }): PostView {
  return async (channelId, { text, rows = [], embeds = [], files = [] }) => {
    const body = {
      content: text,
      embeds,
      components: rows.map(toActionRow),
      attachments: files.map(({ name, description }, id) => ({ id, filename: name, description })),
      allowed_mentions: { parse: [] },
    };
    const { id } = (await rest.post(Routes.channelMessages(channelId), {
      body,
      files: files.map(({ name, bytes }) => ({ name, data: bytes })),
    })) as APIMessage;
    return id;
  };
}
