import { ButtonStyle } from 'discord.js';
import type { Choice, Level, Origin, Place } from '../../chat/choices.ts';
import { UserError } from '../../core/errors.ts';
import type { Person } from '../bot.ts';
import type { TextButton, View } from '../view.ts';
import type { Asked } from './asked.ts';
import { type Change, type ChosenModel, changeModel, isChanged } from './change.ts';
import { modelKey } from './model-key.ts';
import { missingWords, readModels, whyWords } from './place-models.ts';
import { requireAdmin } from './rights.ts';
import { writeUndoId } from './undo-id.ts';
import { ago, downWords, grouped, modelName, originWords, personName, placeName } from './words.ts';

/** What to say of a change, which concerns everybody in the place; of none only the person who wanted it. */
export interface ChangeView extends View {
  isChanged: boolean;
}

const DEFAULT_WORD = 'default';

/** True for the word that removes a choice, also in the form in which it is suggested: "default (its name)". */
export function isDefaultWord(name: string): boolean {
  return /^default(?:\s*\(|$)/i.test(name.trim());
}

export function defaultWord(id: string): string {
  return `${DEFAULT_WORD} (${id})`;
}

/**
 * Chooses who answers in this channel, thread or DM; the word "default" removes the choice.
 *
 * @throws UserError if there is no such model, or the person may not pick it here
 */
export async function useModel({ bot, place, person }: Asked, name: string): Promise<ChangeView> {
  await readModels(bot, place);
  if (isDefaultWord(name)) return removeOwnModel({ bot, place, person });
  const id = await bot.choices.pick(place, name, person);
  const earlier = await bot.choices.of(place);
  const change = await changeModel(bot, { channelId: place.channelId }, { id, by: person });
  const [choice, levels] = await Promise.all([bot.choices.of(place), bot.choices.levels(place)]);
  if (!isChanged(change)) return unchanged(`Nothing changed: ${answers(choice, levels, place)}.`);
  const { model } = choice;
  const state = bot.health.of(model.id);
  const lines = [
    `${personName(person.name)} chose ${modelName(id)} for ${placeName(place)}: it answers from now on, with a memory of ${grouped(model.contextLength)} tokens.`,
    ...(state.state === 'down' ? [`It is ${downWords(state)}.`] : []),
    `Before: ${earlierWords(change.before, earlier, place)}.`,
  ];
  return changed(lines.join('\n'), undoButton('here', change, person));
}

/** Leaves the place to the choice of the channel, the server or the operator. */
export async function removeOwnModel({ bot, place, person }: Asked): Promise<ChangeView> {
  const earlier = await bot.choices.of(place);
  const change = await changeModel(bot, { channelId: place.channelId }, { id: undefined, by: person });
  const [choice, levels] = await Promise.all([bot.choices.of(place), bot.choices.levels(place)]);
  if (!isChanged(change)) {
    return unchanged(`No model was chosen for ${placeName(place)}: ${answers(choice, levels, place)}.`);
  }
  const lines = [
    `${personName(person.name)} removed the choice of ${placeName(place)}: ${answers(choice, levels, place)}.`,
    `Before: ${earlierWords(change.before, earlier, place)}.`,
  ];
  return changed(lines.join('\n'), undoButton('here', change, person));
}

/**
 * Chooses who answers in the server wherever nobody chose another one; the word "default" removes it.
 *
 * @throws UserError if the person may not manage the server, or there is no such model
 */
export async function setServerDefault({ bot, place, person }: Asked, name: string): Promise<ChangeView> {
  const guildId = requireServer(place, 'A default is for servers. Here `/models use` chooses who answers.');
  requireAdmin(person, 'Choosing the server’s default model');
  await readModels(bot, place);
  const id = isDefaultWord(name) ? undefined : await bot.choices.pick(place, name, person);
  const change = await changeModel(bot, { guildId }, { id, by: person });
  const levels = await bot.choices.levels(place);
  const before = change.before ? setWords(change.before) : `none was set, so ${operatorWords(levels, place)} answered`;
  if (!isChanged(change)) return unchanged(`Nothing changed. The server’s default: ${before}.`);
  const did =
    id === undefined
      ? `removed the server’s default: ${operatorWords(levels, place)} answers wherever nobody chose a model`
      : `made ${modelName(id)} the server’s default: it answers wherever nobody chose another model`;
  const text = `${personName(person.name)} ${did}.\nBefore: ${before}.`;
  return changed(text, undoButton('server', change, person));
}

export function requireServer({ guildId }: Place, otherwise: string): string {
  if (guildId === undefined) throw new UserError('input', otherwise);
  return guildId;
}

function changed(text: string, undo: TextButton): ChangeView {
  return { text, rows: [[undo]], isChanged: true };
}

function unchanged(text: string): ChangeView {
  return { text, isChanged: false };
}

/** "`A` answers, the server's default". */
export function answers(choice: Choice, levels: readonly Level[], place: Place): string {
  return `${modelName(choice.model.id)} answers, ${whyWords(choice, levels, place)}`;
}

function setWords({ id, by, at }: ChosenModel): string {
  return `${modelName(id)}, set by ${personName(by.name)} ${ago(at)}`;
}

/** Who answered in a place: what was set there itself, else what it inherited. */
function earlierWords(own: ChosenModel | undefined, earlier: Choice, place: Place): string {
  if (!own) return `${modelName(earlier.model.id)}, ${originWords(earlier.origin as Origin, place)}`;
  const missing = missingWords(earlier, place) === '' ? '' : `, which is not served any more`;
  return `${setWords(own)}${missing}`;
}

function operatorWords(levels: readonly Level[], place: Place): string {
  const level = levels.findLast(({ origin }) => origin === 'operator' || origin === 'first');
  return level?.modelId ? `${modelName(level.modelId)} (${originWords(level.origin, place)})` : 'the bot’s default';
}

function undoButton(scope: 'here' | 'server', { before, after, at }: Change, { id: personId }: Person): TextButton {
  const id = writeUndoId({
    scope,
    did: after ? 'set' : 'removed',
    at,
    personId,
    previousKey: before && modelKey(before.id),
  });
  return { label: 'Undo', style: ButtonStyle.Secondary, custom_id: `model-undo:${id}` };
}
