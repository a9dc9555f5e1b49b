import type { BaseInteraction } from 'discord.js';
import { belongsHere } from '../../chat/personas.ts';
import { UserError } from '../../core/errors.ts';
import { type Owner, ownerOf, type PersonaRef } from '../../core/refs.ts';
import type { Asked } from '../models/asked.ts';

/** Who asks for something, where, and what Discord says of their roles and of the bot's rights there. */
export interface PersonaAsked extends Asked {
  interaction: Pick<BaseInteraction, 'member' | 'appPermissions'>;
}

/**
 * Whether the person may make, change and delete what belongs to this server: its personas and lorebooks. Those who manage
 * the server may, and who has the role that `/settings` names for it. False in direct messages, where there is no server.
 */
export async function mayEditPersonas({ bot, person, place, interaction }: PersonaAsked): Promise<boolean> {
  const { guildId } = place;
  if (guildId === undefined) return false;
  if (person.isAdmin) return true;
  const { personaRole } = await bot.settings.read({ guildId });
  return personaRole !== undefined && rolesOf(interaction).includes(personaRole);
}

/** Whose a new persona becomes: the server's if the person may, else their own. */
export async function ownerForNew(asked: PersonaAsked): Promise<Owner> {
  const { place, person } = asked;
  return place.guildId !== undefined && (await mayEditPersonas(asked)) ? `guild:${place.guildId}` : `user:${person.id}`;
}

/** Whether the person may change or delete this one. Nobody may change one that comes with the bot. */
export async function mayEdit(asked: PersonaAsked, ref: PersonaRef): Promise<boolean> {
  const { place, person } = asked;
  const owner = ownerOf(ref);
  if (owner === undefined || !belongsHere(ref, place, person.id)) return false;
  return owner === `user:${person.id}` || (await mayEditPersonas(asked));
}

/** @throws UserError `permission` */
export async function requireEdit(asked: PersonaAsked, ref: PersonaRef): Promise<void> {
  if (await mayEdit(asked, ref)) return;
  throw new UserError(
    'permission',
    ownerOf(ref) === undefined
      ? 'Personas that come with the bot cannot be changed. Export it with `/persona export`, then import the file: that copy is yours to change.'
      : 'Changing this server’s personas needs the permission Manage Server, or the role that an admin chose for it in `/settings`.',
  );
}

function rolesOf({ member }: PersonaAsked['interaction']): readonly string[] {
  if (!member) return [];
  return Array.isArray(member.roles) ? member.roles : [...member.roles.cache.keys()];
}
