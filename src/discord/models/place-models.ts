import type { Choice, Level, Origin, Place } from '../../chat/choices.ts';
import { UserError } from '../../core/errors.ts';
import type { Catalog, Model } from '../../models/catalog.ts';
import type { ModelHealth } from '../../models/health.ts';
import { normalizeName } from '../../models/names.ts';
import type { Settings } from '../../storage/settings.ts';
import type { Bot } from '../bot.ts';
import { modelName, originWords } from './words.ts';

export const NO_LIST = 'The list of models could not be loaded yet. Please try again in a minute.';

/** What is known of the models in a place. */
export interface PlaceModels {
  place: Place;
  /** Those that the API serves, in its order. */
  models: Model[];
  listState: Catalog['state'];
  choice: Choice;
  /** From the place outwards. */
  levels: Level[];
  /** The ids that members may pick; undefined: all. */
  allowed: readonly string[] | undefined;
  stateOf: (id: string) => ModelHealth;
}

/** @throws UserError `unavailable` while there is no list of models. */
export async function readPlaceModels(bot: Bot, place: Place): Promise<PlaceModels> {
  await readModels(bot, place);
  const { catalog } = await bot.upstreams.of(place.guildId);
  const [choice, levels, allowed, { contextLengths }] = await Promise.all([
    bot.choices.of(place),
    bot.choices.levels(place),
    bot.choices.allowed(place),
    readServer(bot, place),
  ]);
  const models = catalog.list(contextLengths);
  return { place, models, listState: catalog.state, choice, levels, allowed, stateOf: (id) => bot.health.of(id) };
}

/** @throws UserError `unavailable` while there is no list of models. */
export async function readModels(bot: Bot, place: Place): Promise<Model[]> {
  const models = (await bot.upstreams.of(place.guildId)).catalog.list();
  if (models.length === 0) throw new UserError('unavailable', NO_LIST);
  return models;
}

async function readServer({ settings }: Bot, { guildId }: Place): Promise<Settings> {
  return guildId === undefined ? {} : settings.read({ guildId });
}

/** Why the model of this choice answers, in words. */
export function whyWords(choice: Choice, levels: readonly Level[], place: Place): string {
  // Only questions that name their model have that origin.
  const origin = choice.origin as Origin;
  return originWords(
    origin,
    place,
    levels.find((level) => level.origin === origin),
  );
}

/** Says that what was chosen is not served any more; empty if it is. */
export function missingWords({ missing }: Choice, place: Place): string {
  if (!missing) return '';
  const chosen = originWords(missing.origin as Origin, place);
  return `${modelName(missing.id)}, ${chosen}, is not served any more. It answers again when it is back.`;
}

/** The place's own choice: that of the thread, or of the channel if it is none. */
export function ownLevel(levels: readonly Level[]): Level | undefined {
  const [own] = levels;
  return own?.modelId === undefined ? undefined : own;
}

/** The served model that is the server's default; undefined if there is none, or it is gone. */
function serverDefault({ levels, models }: Pick<PlaceModels, 'levels' | 'models'>): string | undefined {
  const chosen = levels.find(({ origin }) => origin === 'server')?.modelId;
  if (chosen === undefined) return undefined;
  const served = models.find(({ id }) => id === chosen);
  // The same model may have come back under another name of its quantisation.
  return (served ?? models.find(({ id }) => normalizeName(id) === normalizeName(chosen)))?.id;
}

export function isServerDefault(known: Pick<PlaceModels, 'levels' | 'models'>, id: string): boolean {
  return serverDefault(known) === id;
}

export function isForMembers({ allowed }: Pick<PlaceModels, 'allowed'>, id: string): boolean {
  return allowed?.includes(id) ?? true;
}

/** Who answers in the server where nobody chose a model. */
export async function usualModelId(bot: Bot, place: Place): Promise<string> {
  const { catalog } = await bot.upstreams.of(place.guildId);
  const levels = await bot.choices.levels(place);
  return serverDefault({ levels, models: catalog.list() }) ?? catalog.find().id;
}
