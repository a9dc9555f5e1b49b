import { bookBelongsHere } from '../../chat/lorebooks.ts';
import { UserError } from '../../core/errors.ts';
import { type LorebookRef, type Owner, ownerOf } from '../../core/refs.ts';
import { requireAdmin } from '../models/rights.ts';
import { mayEditPersonas, type PersonaAsked } from '../personas/rights.ts';

/** Where a lorebook can be attached. */
export type AttachScope = 'here' | 'server';

const PERSONAL_MAX = 20;
const WHO = 'the permission Manage Server, or the role that an admin chose for personas in `/settings`';

/** Whether the person may change or delete a lorebook. */
async function mayEditLorebook(asked: PersonaAsked, ref: LorebookRef): Promise<boolean> {
  const { place, person } = asked;
  if (!bookBelongsHere(ref, place, person.id)) return false;
  return ownerOf(ref) === `user:${person.id}` || (await mayEditPersonas(asked));
}

/** @throws UserError `permission` */
export async function requireEdit(asked: PersonaAsked, ref: LorebookRef): Promise<void> {
  if (await mayEditLorebook(asked, ref)) return;
  throw new UserError('permission', `Changing this server’s lorebooks needs ${WHO}.`);
}

/** @throws UserError `input` if a person has as many lorebooks of their own as they may */
export async function requireRoom({ bot, place, person }: PersonaAsked, owner: Owner): Promise<void> {
  if (owner !== `user:${person.id}`) return;
  const own = (await bot.lorebooks.visible(place, person.id)).filter(({ ref }) => ownerOf(ref) === owner);
  if (own.length < PERSONAL_MAX) return;
  throw new UserError(
    'input',
    `You have ${PERSONAL_MAX} lorebooks of your own already. Delete one with \`/lorebook delete\`, then try again.`,
  );
}

/** Those who may edit personas, moderators, and who started the roleplay that is played in the place. */
async function mayAttachHere(asked: PersonaAsked): Promise<boolean> {
  const { bot, place, person } = asked;
  if (person.isModerator || person.isAdmin || place.guildId === undefined || (await mayEditPersonas(asked)))
    return true;
  const scene = await bot.scenes.read(place.channelId);
  return scene?.isRoleplay === true && scene.startedBy?.id === person.id;
}

/** @throws UserError `permission`, or `input` for the server of a direct message */
export async function requireAttach(asked: PersonaAsked, scope: AttachScope): Promise<void> {
  if (scope === 'server') {
    if (asked.place.guildId === undefined) {
      throw new UserError('input', 'There is no server here. `/lorebook attach` attaches it to this conversation.');
    }
    return requireAdmin(asked.person, 'Attaching lorebooks to the whole server, and detaching them,');
  }
  if (await mayAttachHere(asked)) return;
  throw new UserError(
    'permission',
    `Attaching lorebooks here, and detaching them, needs the permission Manage Messages, ${WHO}. In a roleplay, who started it can do it too.`,
  );
}
