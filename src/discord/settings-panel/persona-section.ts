import { ButtonStyle, ChannelType, SelectMenuDefaultValueType } from 'discord.js';
import { UserError } from '../../core/errors.ts';
import { personName } from '../models/words.ts';
import { isGone } from '../report-error.ts';
import type { Row, TextButton } from '../view.ts';
import {
  changePersonas,
  type PersonaSettings,
  personaSettings,
  resetPersonas,
  undoPersonas,
} from './persona-changes.ts';
import { controlId, type Panel, type Section } from './section.ts';

type Emotions = NonNullable<PersonaSettings['expressions']>;

const EMOTIONS: Record<Emotions, { label: string; words: string }> = {
  off: { label: 'Emotions: off', words: 'off' },
  thumbnail: { label: 'Below the text', words: 'a small picture below the text' },
  avatar: { label: 'As the portrait', words: 'the portrait changes with each reply' },
};
const NO_ADDRESS =
  'Portraits that change need a public address for pictures, which this bot has not: whoever runs it can set `PUBLIC_URL` (`.env.example` says how).';
const NOT_WRITABLE =
  'I may not write in that channel. Let me see it, send messages and embed links there (Edit Channel > Permissions), then choose it again. Nothing was changed.';

/** Who makes personas, where reports of them go, and what shows below their replies. */
export const personaSection: Section = {
  label: 'Personas',
  async summary(panel) {
    const { reportChannel, expressions = 'off' } = await personaSettings(panel);
    return `emotions ${expressions === 'off' ? 'off' : 'on'}, ${reportChannel === undefined ? '**no channel for reports**' : `reports go to <#${reportChannel}>`}`;
  },
  async view(panel) {
    const set = await personaSettings(panel);
    const { expressions = 'off', controls = 'asker' } = set;
    const { hasPublicPictures } = panel.bot;
    const isInstead = expressions === 'avatar' && !hasPublicPictures;
    return {
      text: [
        '**Personas** · who makes them, and what shows with their replies',
        `- Create and edit: ${editors(panel, set)}`,
        `- Reports: ${set.reportChannel === undefined ? '**nowhere**. Members cannot report replies until you choose a channel' : `<#${set.reportChannel}>`}`,
        `- Emotions, of personas that have pictures for them: **${EMOTIONS[isInstead ? 'thumbnail' : expressions].words}**`,
        `- Buttons below replies: for **${controls === 'everyone' ? 'everyone' : 'who asked, and moderators'}**`,
        ...(hasPublicPictures ? [] : [NO_ADDRESS]),
      ].join('\n'),
      rows: rowsOf(panel, set),
    };
  },
  choices: {
    role: (panel, [id]) => {
      if (id !== undefined && !panel.has('role', id)) throw notHere('role');
      return changePersonas(panel, { personaRole: id }, ({ personaRole }) =>
        personaRole === undefined
          ? 'Only those who may manage the server create and edit its personas.'
          : `${roleName(panel, personaRole)} can create and edit the server’s personas now.`,
      );
    },
    async reports(panel, [id]) {
      if (id !== undefined) await greet(panel, id);
      return changePersonas(panel, { reportChannel: id }, ({ reportChannel }) =>
        reportChannel === undefined
          ? 'Members cannot report replies any more.'
          : `What members report goes to <#${reportChannel}> now.`,
      );
    },
  },
  actions: {
    emotions: async (panel, wanted) => {
      if (!Object.hasOwn(EMOTIONS, wanted)) throw notHere('setting');
      const expressions = wanted as Emotions;
      if (expressions === 'avatar' && !panel.bot.hasPublicPictures) throw new UserError('unavailable', NO_ADDRESS);
      return changePersonas(
        panel,
        { expressions: expressions === 'off' ? undefined : expressions },
        () => `Emotions: ${EMOTIONS[expressions].words}.`,
      );
    },
    controls: (panel, wanted) =>
      changePersonas(panel, { controls: wanted === 'everyone' ? 'everyone' : undefined }, ({ controls }) =>
        controls === 'everyone'
          ? 'Everyone can use the buttons below replies now.'
          : 'The buttons below a reply are for who asked, and for moderators.',
      ),
    reset: (panel) => resetPersonas(panel),
    undo: (panel, detail) => undoPersonas(panel, detail),
  },
};

function rowsOf(panel: Panel, set: PersonaSettings): Row[] {
  const { personaRole, reportChannel, expressions = 'off', controls = 'asker' } = set;
  const chosen = (kind: 'role' | 'channel', id: string | undefined) =>
    id !== undefined && panel.has(kind, id) ? [id] : [];
  return [
    {
      kind: 'role',
      custom_id: controlId.roles('personas', 'role'),
      placeholder: 'Role that creates and edits personas (none: Manage Server)',
      min_values: 0,
      default_values: chosen('role', personaRole).map((id) => ({ id, type: SelectMenuDefaultValueType.Role })),
    },
    {
      kind: 'channel',
      custom_id: controlId.channels('personas', 'reports'),
      placeholder: 'Channel for what members report',
      channel_types: [ChannelType.GuildText],
      min_values: 0,
      default_values: chosen('channel', reportChannel).map((id) => ({ id, type: SelectMenuDefaultValueType.Channel })),
    },
    [
      ...Object.entries(EMOTIONS).map(
        ([name, { label }]): TextButton => ({
          label,
          style: name === expressions ? ButtonStyle.Primary : ButtonStyle.Secondary,
          custom_id: controlId.action('personas', 'emotions', name),
          disabled: name === expressions || (name === 'avatar' && !panel.bot.hasPublicPictures),
        }),
      ),
      {
        label: controls === 'everyone' ? 'Buttons: who asked' : 'Buttons: everyone',
        style: ButtonStyle.Secondary,
        custom_id: controlId.action('personas', 'controls', controls === 'everyone' ? 'asker' : 'everyone'),
      },
      {
        label: 'Reset',
        style: ButtonStyle.Secondary,
        custom_id: controlId.action('personas', 'reset'),
        disabled: Object.keys(set).length === 0,
      },
    ],
  ];
}

function editors(panel: Panel, { personaRole }: PersonaSettings): string {
  return `**who may manage the server**${personaRole === undefined ? '' : `, and ${roleName(panel, personaRole)}`}`;
}

/** Discord gives the role of everyone the id of the server, and shows its mention twice over. */
function roleName({ place }: Panel, id: string): string {
  return id === place.guildId ? '**everyone**' : `<@&${id}>`;
}

/** The first message in a channel for reports tells that they can arrive. @throws UserError if they cannot */
async function greet(panel: Panel, channelId: string): Promise<void> {
  const { bot, person } = panel;
  if (!panel.has('channel', channelId)) throw notHere('channel');
  if ((await personaSettings(panel)).reportChannel === channelId) return;
  try {
    await bot.post(channelId, {
      text: `${personName(person.name)} chose this channel for what members report with \`/report\`.`,
      embeds: [{ description: 'Reports look like this. Whoever may manage messages here can use their buttons.' }],
    });
  } catch (error) {
    if (isGone(error)) throw new UserError('permission', NOT_WRITABLE, { cause: error });
    throw error;
  }
}

function notHere(what: string): UserError {
  return new UserError('missing', `This server has no such ${what} any more. Nothing was changed.`);
}
