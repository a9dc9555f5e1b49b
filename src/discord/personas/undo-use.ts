import { requireGrownUpPlace } from '../../chat/casting.ts';
import { belongsHere } from '../../chat/personas.ts';
import { UserError } from '../../core/errors.ts';
import type { PersonaRef } from '../../core/refs.ts';
import type { Settings } from '../../storage/settings.ts';
import { personName, placeName } from '../models/words.ts';
import type { View } from '../view.ts';
import type { PersonaAsked } from './rights.ts';
import { choose, mayBeDefault, requireGuild, speakerWords } from './use.ts';
import { readUseUndoId, type UseUndoId } from './use-undo-id.ts';

const CHANGED_SINCE = 'Who speaks was changed again since then, so there is nothing to undo.';

/**
 * Puts back who spoke before a change, if the change still stands.
 *
 * @throws UserError if it does not, or the person may not
 */
export async function undoUse(asked: PersonaAsked, writtenId: string): Promise<View> {
  const { bot, place, person } = asked;
  const undo = readUseUndoId(writtenId);
  if (!undo) throw new UserError('missing', 'This button is from an older version of the bot and does nothing now.');
  const scope = undo.scope === 'here' ? { channelId: place.channelId } : { guildId: requireGuild(asked) };
  const { persona: current } = await bot.settings.read(scope);
  if (!stands(undo, current)) throw new UserError('missing', CHANGED_SINCE);
  if (undo.scope === 'here') requireOwnChange(asked, current);
  if (undo.previous) await requireUsable(asked, undo.scope, undo.previous);
  const { isChanged } = await choose(asked, scope, undo.previous, (now) => stands(undo, now));
  if (!isChanged) throw new UserError('missing', CHANGED_SINCE);
  const undone = `${personName(person.name)} undid this:`;
  if (undo.scope === 'here') return { text: `${undone} in ${placeName(place)} speaks ${await speakerWords(asked)}.` };
  return { text: `${undone} the server’s default is ${await nameOf(asked, undo.previous)} again.` };
}

function stands({ at }: UseUndoId, current: Settings['persona']): boolean {
  return at === 0 ? current === undefined : current?.at === at;
}

/** The store vouches for who made the change. */
function requireOwnChange({ person }: PersonaAsked, current: Settings['persona']): void {
  if (person.isModerator || person.isAdmin || person.id === current?.by.id) return;
  throw new UserError('permission', 'Only the person who made this choice, or a moderator, can undo it.');
}

/** The custom id names the earlier persona, so it is looked at as if it were chosen now. */
async function requireUsable(asked: PersonaAsked, scope: UseUndoId['scope'], ref: PersonaRef): Promise<void> {
  const { bot, place, person } = asked;
  const loaded = await bot.personas.load(ref);
  if (!loaded)
    throw new UserError('missing', 'The persona that spoke before was deleted. `/persona use` chooses another one.');
  if (!belongsHere(ref, place, person.id)) {
    throw new UserError(
      'permission',
      'The persona that spoke before belongs to somebody else, who alone can choose it again.',
    );
  }
  if (scope === 'here') return requireGrownUpPlace(loaded, place);
  if (!mayBeDefault(asked, loaded))
    throw new UserError('input', `${personName(loaded.name)} cannot be the server’s default any more.`);
}

async function nameOf({ bot }: PersonaAsked, ref: PersonaRef | null | undefined): Promise<string> {
  const loaded = ref ? await bot.personas.load(ref) : undefined;
  return loaded ? personName(loaded.name) : 'the assistant';
}
