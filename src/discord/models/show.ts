import { UserError } from '../../core/errors.ts';
import type { View } from '../view.ts';
import type { Asked } from './asked.ts';
import { infoView } from './info-view.ts';
import { listView } from './list-view.ts';
import { byModelKey } from './model-key.ts';
import { readModels, readPlaceModels } from './place-models.ts';

/** @throws UserError `unavailable` while there is no list of models */
export async function showModels({ bot, place }: Asked, page = 1): Promise<View> {
  return listView(await readPlaceModels(bot, place), page);
}

/** @throws UserError `missing` with the three nearest names */
export async function showModel({ bot, place, person }: Asked, name: string): Promise<View> {
  const known = await readPlaceModels(bot, place);
  const { id } = (await bot.upstreams.of(place.guildId)).catalog.find(name);
  const { model } = await bot.choices.of(place, id);
  return infoView(known, model, person);
}

/**
 * The id of the model that a button was made for.
 *
 * @throws UserError `missing` if it is not served any more, or the button is forged
 */
export async function pressedModelId({ bot, place }: Pick<Asked, 'bot' | 'place'>, key: string): Promise<string> {
  const model = byModelKey(await readModels(bot, place), key);
  if (!model) throw new UserError('missing', 'This model is not served any more. `/models list` shows those that are.');
  return model.id;
}
