import { ButtonStyle } from 'discord.js';
import { UserError } from '../../core/errors.ts';
import { escapeText } from '../../core/escape-text.ts';
import { ago, personName } from '../models/words.ts';
import { controlId, type Panel, type Section } from './section.ts';

const KEY_MAX_LENGTH = 500;
const OTHERS_KEY = 'the key of whoever runs this bot';
const NO_SECRET =
  'This bot cannot keep keys yet: whoever runs it must set `SECRET_KEY` first (`.env.example` says how).';

/** The server's own API key. What was typed goes to `upstreams.setKey` and nowhere else. */
export const keySection: Section = {
  label: 'API key',
  async summary(panel) {
    const state = await readState(panel);
    if (!state) return hasOther(panel) ? OTHERS_KEY : 'none';
    return `${nameOf(state)}${state.refusedAt === undefined ? '' : ', **refused by the API**'}`;
  },
  async view(panel) {
    const { canHoldKeys } = panel.bot.upstreams;
    const state = await readState(panel);
    return {
      text: [
        '**API key** · whose requests are used',
        'With an Infermatic key of its own, this server has its own number of requests a minute. The key is kept encrypted. Only its last four characters are shown.',
        await describeKey(panel),
        ...(canHoldKeys ? [] : [NO_SECRET]),
      ].join('\n'),
      rows: [
        [
          ...(canHoldKeys
            ? [
                {
                  label: state ? 'Replace key' : 'Enter key',
                  style: ButtonStyle.Secondary as const,
                  custom_id: controlId.form('key', 'enter'),
                },
              ]
            : []),
          ...(state
            ? [
                {
                  label: 'Remove',
                  style: ButtonStyle.Secondary as const,
                  custom_id: controlId.action('key', 'confirm'),
                },
              ]
            : []),
        ],
      ],
    };
  },
  actions: {
    async confirm(panel) {
      const state = await readState(panel);
      if (!state) return { said: 'There is no key any more.' };
      return {
        said: `**Remove the key ${nameOf(state)}?** It cannot be brought back. Afterwards ${afterwards(panel)}`,
        isQuestion: true,
        rows: [
          [
            {
              label: 'Remove key',
              style: ButtonStyle.Danger,
              custom_id: controlId.action('key', 'remove', String(state.at)),
            },
            { label: 'Keep it', style: ButtonStyle.Secondary, custom_id: controlId.view('key', 'kept') },
          ],
        ],
      };
    },
    async remove(panel, enteredAt) {
      const state = await readState(panel);
      // Another admin may have entered a new one after the question.
      if (state && String(state.at) !== enteredAt)
        return { said: 'The key was replaced meanwhile, so it was not removed.' };
      const isRemoved = await panel.bot.upstreams.removeKey(panel.place.guildId);
      return { said: isRemoved ? `**Removed.** From now on ${afterwards(panel)}` : 'There is no key any more.' };
    },
  },
  forms: {
    enter: {
      async open({ bot }) {
        if (!bot.upstreams.canHoldKeys) throw new UserError('unavailable', NO_SECRET);
        return {
          title: 'API key of this server',
          inputs: {
            key: {
              label: 'Infermatic API key',
              description:
                'infermatic.ai, after login: left bar, below “Join Discord”. It is tested before it is kept.',
              placeholder: 'sk-…',
              maxLength: KEY_MAX_LENGTH,
              isRequired: true,
            },
          },
        };
      },
      async save({ bot, place, person }, _, fields) {
        const by = { id: person.id, name: person.name };
        const { models } = await bot.upstreams.setKey(place.guildId, fields['key'] ?? '', by);
        return {
          said: `**The key works and is kept.** With it the API serves ${models} ${models === 1 ? 'model' : 'models'}.`,
        };
      },
    },
  },
};

function readState({ bot, place }: Panel) {
  return bot.upstreams.keyState(place.guildId);
}

/** Keys may hold what Discord takes for formatting. */
function nameOf({ hint }: { hint: string }): string {
  return `ending in …${escapeText(hint)}`;
}

function hasOther({ bot }: Panel): boolean {
  return bot.upstreams.operator !== undefined;
}

function afterwards(panel: Panel): string {
  return hasOther(panel)
    ? `${OTHERS_KEY} is used.`
    : 'nobody here gets answers until a new key is entered, because the bot has none of its own.';
}

async function describeKey(panel: Panel): Promise<string> {
  const state = await readState(panel);
  if (!state) {
    return hasOther(panel)
      ? `Now: no key of its own; ${OTHERS_KEY} is used.`
      : 'Now: **no key**. The bot has none of its own either, so nobody here gets answers.';
  }
  const key = `Now: a key ${nameOf(state)}, entered by ${personName(state.by.name)} ${ago(state.at)}.`;
  if (state.refusedAt === undefined) return key;
  return `${key}\n**The API refused this key** ${ago(state.refusedAt)}. Enter a new one, or remove it.`;
}
