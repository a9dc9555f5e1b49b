import { ButtonStyle } from 'discord.js';
import { UserError } from '../../core/errors.ts';
import type { Settings } from '../../storage/settings.ts';
import { grouped } from '../models/words.ts';
import { controlId, type Section } from './section.ts';

type Caps = NonNullable<Settings['caps']>;
type Cap = keyof Caps;

const MAX_CAP = 10_000;
const NO_LIMIT = 'no limit';

const CAPS: Record<Cap, { label: string; description: string }> = {
  personWaiting: { label: 'Waiting, per person', description: 'Questions of one person that stand in line' },
  serverWaiting: { label: 'Waiting, whole server', description: 'Questions of everybody that stand in line' },
  personPerHour: { label: 'Per hour, per person', description: 'Questions that one person may ask in an hour' },
  serverPerHour: {
    label: 'Per hour, whole server',
    description: 'Questions that everybody together may ask in an hour',
  },
};
const NAMES = Object.keys(CAPS) as Cap[];

/** How much members may ask, so that nobody uses up what is there for all. */
export const limitsSection: Section = {
  label: 'Limits',
  async summary({ bot, place }) {
    const { caps = {} } = await bot.settings.read({ guildId: place.guildId });
    const set = NAMES.filter((name) => caps[name] !== undefined).length;
    return set === 0 ? NO_LIMIT : `${set} of ${NAMES.length} set`;
  },
  async view({ bot, place }) {
    const { caps = {} } = await bot.settings.read({ guildId: place.guildId });
    return {
      text: [
        '**Limits** · how much members may ask',
        'The API takes a limited number of requests a minute. Limits keep one person, or this server, from using up all of them.',
        ...NAMES.map((name) => `- ${CAPS[name].label}: **${shown(caps[name])}**`),
        '“Waiting” counts questions that stand in line, without those being answered. Whoever is over a limit is told when to try again.',
      ].join('\n'),
      rows: [[{ label: 'Change limits', style: ButtonStyle.Secondary, custom_id: controlId.form('limits', 'caps') }]],
    };
  },
  forms: {
    caps: {
      async open({ bot, place }) {
        const { caps = {} } = await bot.settings.read({ guildId: place.guildId });
        const input = (name: Cap) => ({
          ...CAPS[name],
          value: caps[name] === undefined ? undefined : String(caps[name]),
          placeholder: NO_LIMIT,
          maxLength: 10,
        });
        return { title: 'Limits of this server', inputs: Object.fromEntries(NAMES.map((name) => [name, input(name)])) };
      },
      async save({ bot, place }, _, fields) {
        const edited = NAMES.filter((name) => fields[name] !== undefined);
        const caps: Caps = Object.fromEntries(edited.map((name) => [name, parseCap(name, fields[name] ?? '')]));
        const { before } = await bot.settings.update({ guildId: place.guildId }, (current) => ({
          ...current,
          caps: { ...current.caps, ...caps },
        }));
        const changes = edited
          .filter((name) => before.caps?.[name] !== caps[name])
          .map((name) => `- ${CAPS[name].label}: ${shown(before.caps?.[name])} → ${shown(caps[name])}`);
        return { said: changes.length > 0 ? `**Saved.**\n${changes.join('\n')}` : 'Nothing was changed.' };
      },
    },
  },
};

function shown(cap: number | undefined): string {
  return cap === undefined ? NO_LIMIT : grouped(cap);
}

/** @throws UserError that says what may be typed. */
function parseCap(name: Cap, typed: string): number | undefined {
  const text = typed.trim();
  if (text === '') return undefined;
  const cap = /^\d[\d,]*$/.test(text) ? Number(text.replaceAll(',', '')) : Number.NaN;
  if (cap >= 1 && cap <= MAX_CAP) return cap;
  throw new UserError(
    'input',
    `“${CAPS[name].label}” must be a whole number from 1 to ${grouped(MAX_CAP)}, or blank for ${NO_LIMIT}. Nothing was changed.`,
  );
}
