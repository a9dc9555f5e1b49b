import { ButtonStyle } from 'discord.js';
import type { Model } from '../../models/catalog.ts';
import type { TextButton, View } from '../view.ts';
import { layOut, PAGE_MAX_LENGTH, pageButtons, pageOf } from './pages.ts';
import { isForMembers, isServerDefault, missingWords, ownLevel, type PlaceModels, whyWords } from './place-models.ts';
import { downWords, grouped, modelName, placeName } from './words.ts';

const MODELS_PER_PAGE = 12;
const FOOTER = '-# `/models use` changes who answers here, `/models info` says everything about one.';

/** A page of all models, two short lines each; the first page begins with who answers here and why. */
export function listView(known: PlaceModels, wantedPage = 1): View {
  const { models, listState } = known;
  const answering = answeringLines(known);
  const head = (number: number, count: number) => {
    const title = `**${models.length} model${models.length === 1 ? '' : 's'}**`;
    return [
      ...(number === 1 ? answering : []),
      count === 1 ? title : `${title}, page ${number} of ${count}`,
      ...(listState === 'restored'
        ? ['-# The API does not say at present what it serves: this is its last list.']
        : []),
    ].join('\n');
  };
  const room = (number: number) => PAGE_MAX_LENGTH - head(number, 100).length - FOOTER.length;
  const lines = models.map((model) => `${modelName(model.id)}\n-# ${modelMarks(known, model).join(' · ')}`);
  const pages = layOut(lines, { maxItems: MODELS_PER_PAGE, first: room(1), others: room(2) });
  const page = pageOf(pages, wantedPage);
  return {
    text: [head(page.number, page.count), ...page.items, FOOTER].join('\n'),
    rows: [[...pageButtons('models-page', page), ...ownChoiceButtons(known, 'list')]],
  };
}

/** Removes the choice of the place itself; none if there is none. `shown` is the view in whose message it stands. */
export function ownChoiceButtons(
  { levels, place }: Pick<PlaceModels, 'levels' | 'place'>,
  shown: string,
): TextButton[] {
  if (!ownLevel(levels)) return [];
  const label = `Remove the choice of ${placeName(place)}`;
  return [{ label, style: ButtonStyle.Secondary, custom_id: `model-off:${shown}` }];
}

function answeringLines({ choice, levels, place, stateOf }: PlaceModels): string[] {
  const { model } = choice;
  const state = stateOf(model.id);
  const missing = missingWords(choice, place);
  return [
    `${modelName(model.id)} answers in ${placeName(place)}: ${whyWords(choice, levels, place)}.`,
    ...(missing === '' ? [] : [missing]),
    ...(state.state === 'down' ? [`It is ${downWords(state)}.`] : []),
    '',
  ];
}

function modelMarks(known: PlaceModels, model: Model): string[] {
  const { choice, allowed, stateOf } = known;
  const state = stateOf(model.id);
  const marks: [boolean, string][] = [
    [choice.model.id === model.id, '**answers here**'],
    [isServerDefault(known, model.id), '**server default**'],
    [state.state === 'down', `**${downWords(state)}**`],
    [model.takesPictures, 'takes pictures'],
    [model.isThinking, 'thinks'],
    [allowed !== undefined && !isForMembers(known, model.id), 'members may not pick it'],
  ];
  return [
    `${grouped(model.contextLength)} tokens`,
    ...(model.family === 'unknown' ? [] : [model.family]),
    ...marks.flatMap(([isSo, mark]) => (isSo ? [mark] : [])),
  ];
}
