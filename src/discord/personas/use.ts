import { PermissionFlagsBits } from 'discord.js';
import { requireGrownUpPlace } from '../../chat/casting.ts';
import { UserError } from '../../core/errors.ts';
import { ownerOf, type PersonaRef } from '../../core/refs.ts';
import type { Settings, SettingsScope } from '../../storage/settings.ts';
import type { Bot } from '../bot.ts';
import type { Asked } from '../models/asked.ts';
import type { ChangeView } from '../models/choose.ts';
import { requireAdmin } from '../models/rights.ts';
import { personName, placeName } from '../models/words.ts';
import { type ListedPersona, loadPersona } from './labels.ts';
import type { PersonaAsked } from './rights.ts';
import { writeShortRef } from './short-ref.ts';
import { type UseUndoId, writeUseUndoId } from './use-undo-id.ts';
import { button } from './words.ts';

type Chosen = Settings['persona'];

const NO_WEBHOOKS =
  '-# I lack the permission Manage Webhooks here, so it speaks under my name and picture. An admin can grant it to my role in Server Settings > Roles, or in Edit Channel > Permissions.';
const TALK = 'Talk to it with `/ask`, or mention me.';
const TALK_ALONE = 'Just write to it.';

/**
 * Lets a persona speak in this channel, thread or DM.
 *
 * @throws UserError if it may not speak here, or a roleplay is going on
 */
export async function usePersona(asked: PersonaAsked, { ref }: ListedPersona): Promise<ChangeView> {
  const { bot, place, person } = asked;
  const loaded = await loadPersona(asked, { ref });
  requireGrownUpPlace(loaded, place);
  await requireNoRoleplay(asked);
  const earlier = await speakerWords(asked);
  const { before, after, isChanged } = await choose(asked, { channelId: place.channelId }, ref);
  if (!isChanged)
    return unchanged(`Nothing changed: ${personName(loaded.name)} speaks in ${placeName(place)} already.`);
  const lines = [
    `${personName(person.name)} chose ${personName(loaded.name)} for ${placeName(place)}: it speaks from now on. ${place.guildId === undefined ? TALK_ALONE : TALK}`,
    `Before: ${earlier}.`,
    ...(lacksWebhooks(asked) ? [NO_WEBHOOKS] : []),
  ];
  const isDefaultOffered =
    person.isAdmin && mayBeDefault(asked, loaded) && (await defaultOf(bot, place.guildId))?.ref !== ref;
  return {
    text: lines.join('\n'),
    rows: [
      [
        undoButton({ scope: 'here', at: after?.at ?? 0, previous: before?.ref }),
        ...(isDefaultOffered ? [button('Server default', `persona-default:${writeShortRef(ref)}`)] : []),
      ],
    ],
    isChanged: true,
  };
}

/** Gives the place back to the assistant. @throws UserError while a roleplay is going on */
export async function personaOff(asked: PersonaAsked): Promise<ChangeView> {
  const { bot, place, person } = asked;
  await requireNoRoleplay(asked);
  const speaking = await bot.casting.of(place).catch(orNobody);
  const { persona: own } = await bot.settings.read({ channelId: place.channelId });
  if (speaking !== undefined && speaking.origin === undefined && !own?.ref) {
    return unchanged(`Nothing changed: no persona speaks in ${placeName(place)}. \`/persona use\` chooses one.`);
  }
  const earlier = await speakerWords(asked);
  const { before, after } = await choose(asked, { channelId: place.channelId }, null);
  return {
    text: `${personName(person.name)} sent the persona of ${placeName(place)} away: the assistant replies from now on.\nBefore: ${earlier}.`,
    rows: [[undoButton({ scope: 'here', at: after?.at ?? 0, previous: before?.ref })]],
    isChanged: true,
  };
}

/**
 * Lets a persona speak in the whole server, wherever nobody chose another one.
 *
 * @throws UserError if the person may not manage the server, or the persona may not speak everywhere
 */
export async function setDefaultPersona(asked: PersonaAsked, { ref }: ListedPersona): Promise<ChangeView> {
  const { place, person } = asked;
  const guildId = requireGuild(asked);
  const loaded = await loadPersona(asked, { ref });
  if (loaded.isAdult)
    throw new UserError(
      'input',
      `${personName(loaded.name)} is for adults and cannot be the server’s default. Choose it in age-restricted channels with \`/persona use\`.`,
    );
  if (!mayBeDefault(asked, loaded)) {
    throw new UserError(
      'input',
      'Only a persona of this server can be its default. Export this one, then import the file here.',
    );
  }
  const { before, after, isChanged } = await choose(asked, { guildId }, ref);
  if (!isChanged) return unchanged(`Nothing changed: ${personName(loaded.name)} is the server’s default already.`);
  const own = (await asked.bot.settings.read({ channelId: place.channelId })).persona;
  const hint = own && own.ref !== ref ? ` In ${placeName(place)} another choice counts.` : '';
  return {
    text: `${personName(person.name)} made ${personName(loaded.name)} the server’s default: it speaks wherever nobody chose another persona.${hint}`,
    rows: [[undoButton({ scope: 'server', at: after?.at ?? 0, previous: before?.ref })]],
    isChanged: true,
  };
}

/** @throws UserError if the person may not manage the server */
export async function removeDefaultPersona(asked: PersonaAsked): Promise<ChangeView> {
  const guildId = requireGuild(asked);
  const { before, isChanged } = await choose(asked, { guildId }, undefined);
  if (!isChanged || !before) return unchanged('Nothing changed: the server has no default persona.');
  return {
    text: `${personName(asked.person.name)} removed the server’s default persona: the assistant replies wherever nobody chose one.`,
    rows: [[undoButton({ scope: 'server', at: 0, previous: before.ref })]],
    isChanged: true,
  };
}

/** Sets who speaks in a scope; undefined removes what is set there. */
export async function choose(
  { bot, person }: Pick<Asked, 'bot' | 'person'>,
  scope: SettingsScope,
  ref: PersonaRef | null | undefined,
  onlyIf: (current: Chosen) => boolean = () => true,
): Promise<{ before: Chosen; after: Chosen; isChanged: boolean }> {
  const at = bot.clock.now();
  let isChanged = false;
  const { before, after } = await bot.settings.update(scope, (current) => {
    isChanged = onlyIf(current.persona) && current.persona?.ref !== ref;
    if (!isChanged) return current;
    const { persona: _, ...rest } = current;
    return ref === undefined ? rest : { ...rest, persona: { ref, by: { id: person.id, name: person.name }, at } };
  });
  return { before: before.persona, after: after.persona, isChanged };
}

/** "**Aria**", or the assistant. */
export async function speakerWords({ bot, place }: Pick<Asked, 'bot' | 'place'>): Promise<string> {
  const cast = await bot.casting.of(place).catch(orNobody);
  if (!cast) return 'a persona that may not speak here';
  const names = cast.members.map(({ name }) => personName(name));
  if (names.length > 0) return names.join(', ');
  return cast.missing.length > 0 ? 'a persona that was deleted' : 'the assistant';
}

export function requireGuild({ place, person }: Pick<Asked, 'place' | 'person'>): string {
  if (place.guildId === undefined)
    throw new UserError('input', 'A default is for servers. Here `/persona use` chooses who speaks.');
  requireAdmin(person, 'Choosing the server’s default persona');
  return place.guildId;
}

export function mayBeDefault(
  { place }: Pick<Asked, 'place'>,
  { ref, isAdult }: { ref: PersonaRef; isAdult: boolean },
): boolean {
  const owner = ownerOf(ref);
  return place.guildId !== undefined && !isAdult && (owner === undefined || owner === `guild:${place.guildId}`);
}

async function defaultOf(bot: Bot, guildId: string | undefined): Promise<Chosen> {
  return guildId === undefined ? undefined : (await bot.settings.read({ guildId })).persona;
}

/** @throws UserError `input` */
async function requireNoRoleplay({ bot, place }: Pick<Asked, 'bot' | 'place'>): Promise<void> {
  const scene = await bot.scenes.read(place.channelId);
  if (!scene || scene.endedAt !== undefined || scene.personas.length === 0) return;
  throw new UserError(
    'input',
    `A roleplay is going on in ${placeName(place)}, and its own personas speak. \`/roleplay invite\` brings another one, \`/roleplay end\` ends it.`,
  );
}

function lacksWebhooks({ place, interaction }: PersonaAsked): boolean {
  return place.guildId !== undefined && !interaction.appPermissions.has(PermissionFlagsBits.ManageWebhooks);
}

function undoButton(undo: UseUndoId) {
  return button('Undo', `persona-use-undo:${writeUseUndoId(undo)}`);
}

function unchanged(text: string): ChangeView {
  return { text, isChanged: false };
}

function orNobody(error: unknown): undefined {
  if (error instanceof UserError) return undefined;
  throw error;
}
