import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { ButtonStyle } from 'discord.js';
import { UserError } from '../../core/errors.ts';
import type { Settings } from '../../storage/settings.ts';
import { longId, shortId } from '../report/short-id.ts';
import { controlId, type Outcome, type Panel } from './section.ts';

const FIELDS = ['personaRole', 'reportChannel', 'expressions', 'controls'] as const;
const MARK_LENGTH = 6;
const UNDO = /^([\w-]{6})\.([\da-z]*)\.([\da-z]*)\.([ta]?)\.(e?)$/;

/** Of a server; what is left out is as without a setting. */
export type PersonaSettings = Pick<Settings, (typeof FIELDS)[number]>;

export async function personaSettings({ bot, place }: Pick<Panel, 'bot' | 'place'>): Promise<PersonaSettings> {
  return ownOf(await bot.settings.read({ guildId: place.guildId }));
}

/** Changes what the patch names; an Undo goes with what is said. */
export async function changePersonas(
  panel: Panel,
  patch: PersonaSettings,
  said: (now: PersonaSettings) => string,
): Promise<Outcome> {
  const { before, after } = await replace(panel, (current) => ({ ...current, ...patch }));
  if (isDeepStrictEqual(before, after)) return { said: 'Nothing was changed.' };
  return { said: `**Saved.** ${said(after)}`, rows: [undoRow({ before, after })] };
}

export async function resetPersonas(panel: Panel): Promise<Outcome> {
  const { before, after } = await replace(panel, () => ({}));
  if (isDeepStrictEqual(before, after)) return { said: 'Nothing is set.' };
  return {
    said: '**Reset.** No role, no channel for reports, no emotions; buttons are for who asked, and for moderators.',
    rows: [undoRow({ before, after })],
  };
}

/** Brings back what stood before a change, unless something was changed since. */
export async function undoPersonas(panel: Panel, detail: string): Promise<Outcome> {
  const earlier = readUndo(panel, detail);
  if (!earlier) throw new UserError('missing', 'This button is from an older version of the bot and does nothing now.');
  let isUndone = false;
  await replace(panel, (current) => {
    isUndone = markOf(current) === earlier.mark;
    return isUndone ? earlier.settings : current;
  });
  return { said: isUndone ? '**Undone.**' : 'Something was changed since, so nothing was brought back.' };
}

async function replace({ bot, place }: Panel, change: (current: PersonaSettings) => PersonaSettings) {
  const { before, after } = await bot.settings.update({ guildId: place.guildId }, (current) => {
    const { personaRole: _r, reportChannel: _c, expressions: _e, controls: _b, ...others } = current;
    return { ...others, ...change(ownOf(current)) };
  });
  return { before: ownOf(before), after: ownOf(after) };
}

function ownOf(settings: Settings): PersonaSettings {
  return Object.fromEntries(
    FIELDS.flatMap((field) => (settings[field] === undefined ? [] : [[field, settings[field]]])),
  );
}

function undoRow({ before, after }: { before: PersonaSettings; after: PersonaSettings }) {
  const { personaRole, reportChannel, expressions = 'off', controls = 'asker' } = before;
  const detail = [
    markOf(after),
    personaRole === undefined ? '' : shortId(personaRole),
    reportChannel === undefined ? '' : shortId(reportChannel),
    expressions === 'off' ? '' : expressions.charAt(0),
    controls === 'asker' ? '' : 'e',
  ].join('.');
  return [
    { label: 'Undo', style: ButtonStyle.Secondary as const, custom_id: controlId.action('personas', 'undo', detail) },
  ];
}

/** What the server does not have (any more) is left out: reports of one server never go to another. */
function readUndo(panel: Panel, detail: string): { mark: string; settings: PersonaSettings } | undefined {
  const [, mark, role = '', channel = '', expressions, controls] = UNDO.exec(detail) ?? [];
  if (mark === undefined) return undefined;
  const [personaRole, reportChannel] = [longId(role), longId(channel)];
  return {
    mark,
    settings: {
      ...(personaRole !== undefined && panel.has('role', personaRole) ? { personaRole } : {}),
      ...(reportChannel !== undefined && panel.has('channel', reportChannel) ? { reportChannel } : {}),
      ...(expressions ? { expressions: expressions === 't' ? 'thumbnail' : 'avatar' } : {}),
      ...(controls ? { controls: 'everyone' } : {}),
    },
  };
}

/** Short enough for a custom id. */
function markOf(settings: PersonaSettings): string {
  const written = JSON.stringify(FIELDS.map((field) => settings[field] ?? null));
  return createHash('sha256').update(written).digest('base64url').slice(0, MARK_LENGTH);
}
