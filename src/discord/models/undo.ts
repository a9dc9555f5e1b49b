import { UserError } from '../../core/errors.ts';
import type { Person } from '../bot.ts';
import type { View } from '../view.ts';
import type { Asked } from './asked.ts';
import { type ChosenModel, changeModel } from './change.ts';
import { answers, requireServer } from './choose.ts';
import { byModelKey } from './model-key.ts';
import { readModels } from './place-models.ts';
import { requireAdmin } from './rights.ts';
import { readUndoId, type UndoId } from './undo-id.ts';
import { modelName, personName } from './words.ts';

const CHANGED_SINCE = 'The model was changed again since then, so there is nothing to undo.';

/**
 * Puts back what was chosen before a change, if the change still stands.
 *
 * @throws UserError if it does not, or the person may not
 */
export async function undoChange({ bot, place, person }: Asked, writtenId: string): Promise<View> {
  const undo = readUndoId(writtenId);
  if (!undo) throw new UserError('missing', 'This button is from an older version of the bot and does nothing now.');
  const scope =
    undo.scope === 'here'
      ? { channelId: place.channelId }
      : { guildId: requireServer(place, 'This button belongs to a server.') };
  const { model: current } = await bot.settings.read(scope);
  if (!stands(undo, current)) throw new UserError('missing', CHANGED_SINCE);
  requireRight(undo, person);
  const id = await previousOf({ bot, place, person }, undo);
  const { after } = await changeModel(bot, scope, { id, by: person, onlyIf: (now) => stands(undo, now) });
  if (after?.id !== id) throw new UserError('missing', CHANGED_SINCE);
  const [choice, levels] = await Promise.all([bot.choices.of(place), bot.choices.levels(place)]);
  const undone = `${personName(person.name)} undid this:`;
  if (undo.scope === 'here') return { text: `${undone} ${answers(choice, levels, place)}.` };
  const standing = id === undefined ? 'the server has no default' : `${modelName(id)} is the server’s default`;
  return { text: `${undone} ${standing} again.` };
}

function stands({ did, at, personId }: UndoId, current: ChosenModel | undefined): boolean {
  return did === 'set' ? current?.at === at && current.by.id === personId : current === undefined;
}

/** The store vouches for who set a model; who removed one only the button says, but then anyone may choose anew. */
function requireRight({ scope, personId }: UndoId, person: Person): void {
  if (scope === 'server') return requireAdmin(person, 'Changing the server’s default model');
  if (person.isModerator || person.isAdmin || person.id === personId) return;
  throw new UserError('permission', 'Only the person who changed the model, or a moderator, can undo it.');
}

/** @throws UserError if the earlier model is gone, or the person may not pick it. */
async function previousOf({ bot, place, person }: Asked, { previousKey }: UndoId): Promise<string | undefined> {
  if (previousKey === undefined) return undefined;
  const previous = byModelKey(await readModels(bot, place), previousKey);
  if (!previous) throw new UserError('missing', 'The model that was chosen before is not served any more.');
  return bot.choices.pick(place, previous.id, person);
}
