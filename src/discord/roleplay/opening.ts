import { type APIEmbed, type BaseInteraction, ButtonStyle, PermissionFlagsBits } from 'discord.js';
import type { LoadedPersona } from '../../chat/personas.ts';
import { escapeText } from '../../core/escape-text.ts';
import { clip } from '../../core/text.ts';
import type { Bot } from '../bot.ts';
import { personName } from '../models/words.ts';
import type { TextButton, View, ViewFile } from '../view.ts';

const ABOUT_MAX_LENGTH = 300;
const CREATOR_MAX_LENGTH = 100;
const EMBED_TITLE_MAX_LENGTH = 120;
const PORTRAIT_MAX_BYTES = 8 * 1024 * 1024;

/** What a persona's portrait and its card say when it comes in. */
export async function introduction(
  bot: Bot,
  { speaker, about }: { speaker: LoadedPersona; about: string },
  { appPermissions }: Pick<BaseInteraction, 'appPermissions'>,
): Promise<{ text: string; embeds: APIEmbed[]; files: ViewFile[] }> {
  const { persona } = speaker;
  const by = persona.creator.trim();
  const lines = [
    escapeText(clip(about, ABOUT_MAX_LENGTH)),
    ...(by === '' ? [] : [`-# Made by ${escapeText(clip(by, CREATOR_MAX_LENGTH))}`]),
  ].filter((line) => line !== '');
  const mayEmbed = appPermissions?.has([PermissionFlagsBits.EmbedLinks, PermissionFlagsBits.AttachFiles]) ?? true;
  if (!mayEmbed) return { text: lines.join('\n'), embeds: [], files: [] };
  const portrait = await portraitOf(bot, speaker);
  const embed = {
    title: escapeText(clip(persona.name, EMBED_TITLE_MAX_LENGTH)),
    ...(lines.length > 0 ? { description: lines.join('\n') } : {}),
    ...(portrait ? { thumbnail: { url: `attachment://${portrait.name}` } } : {}),
  };
  return { text: '', embeds: [embed], files: portrait ? [portrait] : [] };
}

async function portraitOf(bot: Bot, { ref, name }: LoadedPersona): Promise<ViewFile | undefined> {
  const picture = await bot.personas.picture(ref);
  if (!picture || picture.bytes.byteLength > PORTRAIT_MAX_BYTES) return undefined;
  const kind = picture.mediaType.slice('image/'.length);
  return { name: `portrait.${kind}`, bytes: picture.bytes, description: `Portrait of ${name}` };
}

/** Begins a roleplay: who is there, and how it is played. */
export async function opening(
  bot: Bot,
  who: { speaker: LoadedPersona; about: string; hint?: string | undefined; isThread: boolean; hasGreeting: boolean },
  interaction: Pick<BaseInteraction, 'appPermissions'>,
): Promise<View> {
  const { text, embeds, files } = await introduction(bot, who, interaction);
  const { speaker, hint, isThread, hasGreeting } = who;
  const needsForm = isThread && !bot.canReadMessages;
  const name = personName(speaker.name);
  const lines = [
    hasGreeting ? `${name} plays here.` : `${name} plays here, and waits for you to write first.`,
    text,
    needsForm
      ? '-# I cannot read messages here: press **Say** to speak in the story, or mention me.'
      : '-# Every message here is part of the story, except what stands in ((double brackets)) or begins with //.',
    '-# `/roleplay invite` brings another persona in, `/roleplay note` steers the story, `/roleplay end` ends it.',
    ...(hint === undefined ? [] : [`-# ${hint}`]),
  ];
  return {
    text: lines.filter((line) => line !== '').join('\n'),
    embeds,
    files,
    ...(needsForm ? { rows: [[sayButton]] } : {}),
  };
}

/** Opens the form for those whose messages the bot cannot read. */
export const sayButton: TextButton = { label: 'Say', style: ButtonStyle.Primary, custom_id: 'scene-say:here' };
