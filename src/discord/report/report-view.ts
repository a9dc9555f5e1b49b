import { type APIEmbedField, ButtonStyle } from 'discord.js';
import { ASSISTANT_ID } from '../../chat/generate.ts';
import type { Place } from '../../chat/place.ts';
import { isPersonaRef } from '../../core/refs.ts';
import { clip } from '../../core/text.ts';
import type { Person } from '../bot.ts';
import { modelName, personName } from '../models/words.ts';
import { writeShortRef } from '../personas/short-ref.ts';
import type { TextButton, View } from '../view.ts';
import type { Reported } from './find-reported.ts';
import { REASON_MAX_LENGTH } from './menu.ts';
import { writeReportedId } from './reported-id.ts';

export interface Report {
  reported: Reported;
  reporter: Pick<Person, 'id' | 'name'>;
  /** What the reporter says of it; may be empty. */
  reason: string;
  where: Place;
}

/** An embed takes 4,096 characters, and escaping at most doubles them. */
const QUOTED_MAX_LENGTH = 1_500;
const NOT_KNOWN = 'I do not know its words any more: the link shows them.';

/** What moderators see. It pings nobody, and shows the words of the reply only to those who open them. */
export function reportView({ reported, reporter, reason, where }: Report): View {
  const { messageId, known } = reported;
  const { author, content = '', model } = known?.reply ?? {};
  const isPersona = author !== undefined && author.id !== ASSISTANT_ID;
  const speaker = isPersona ? personName(author.name) : known ? 'the assistant' : 'the bot';
  const link = `https://discord.com/channels/${where.guildId}/${where.channelId}/${messageId}`;
  return {
    text: `${personName(reporter.name)} (<@${reporter.id}>) reported a reply of ${speaker}: ${link}`,
    embeds: [
      {
        title: 'Reported reply',
        description: known ? `||${plain(content, QUOTED_MAX_LENGTH)}||` : NOT_KNOWN,
        fields: [
          ...field('Reason', plain(reason.trim(), REASON_MAX_LENGTH)),
          ...field('Persona', isPersona ? `${personName(author.name)} \`${author.id}\`` : ''),
          ...field('Model', model === undefined ? '' : modelName(model)),
        ],
      },
    ],
    rows: [buttons(known, where)],
  };
}

function buttons(known: Reported['known'], { channelId, parentId }: Place): TextButton[] {
  const place = { channelId, parentId };
  const speakerRef = known?.reply.author.id ?? '';
  return [
    ...(known ? [deleteButton(writeReportedId({ ...place, what: known.turnId }))] : []),
    ...(isPersonaRef(speakerRef)
      ? [
          {
            label: 'Switch the persona off here',
            style: ButtonStyle.Secondary as const,
            custom_id: `report-off:${writeReportedId({ ...place, what: writeShortRef(speakerRef) })}`,
          },
        ]
      : []),
    { label: 'Done', style: ButtonStyle.Success, custom_id: 'report-done:all' },
  ];
}

export function deleteButton(id: string): TextButton {
  return { label: 'Delete the reply', style: ButtonStyle.Danger, custom_id: `report-delete:${id}` };
}

function field(name: string, value: string): APIEmbedField[] {
  return value === '' ? [] : [{ name, value }];
}

/** Nothing of it is formatting any more, so that it cannot leave the spoiler; `escapeText` keeps addresses readable. */
function plain(text: string, maxLength: number): string {
  return clip(text, maxLength).replaceAll(/[\\*_~`|[\]<>#]/g, '\\$&');
}
