import { MessageFlags } from 'discord.js';
import type { ReplyPart } from '../chat/reply-target.ts';
import { toComponents } from './controls.ts';

/** A part of a reply as the body of a request. What a model wrote pings nobody and unfolds no link previews of its own. */
export function toBody(part: ReplyPart) {
  return {
    content: part.content,
    components: toComponents(part.controls),
    allowed_mentions: { parse: [] },
  };
}

export const EPHEMERAL = { flags: MessageFlags.Ephemeral as number };
