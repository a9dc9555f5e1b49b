import { DEFAULT_SAMPLING } from '../../../src/core/sampling.ts';
import type { PlaceModels } from '../../../src/discord/models/place-models.ts';
import type { Row, TextButton, View } from '../../../src/discord/view.ts';
import type { Model } from '../../../src/models/catalog.ts';
import { describeModel } from '../../../src/models/model.ts';

export const GUILD = { channelId: '20', guildId: '1' };

export function model(id: string, facts: Partial<Model> = {}): Model {
  return { ...describeModel({ id }), ...facts };
}

type Chosen = Partial<Pick<PlaceModels['choice'], 'origin' | 'missing'>> & { model?: Model };

/** What is known in a channel of a server, where the first model answers as the operator's default. */
export function known(
  models: Model[],
  facts: Partial<Omit<PlaceModels, 'choice'>> & { choice?: Chosen } = {},
): PlaceModels {
  const [first] = models;
  if (!first) throw new Error('no models');
  const { choice, ...others } = facts;
  return {
    place: GUILD,
    models,
    listState: 'fresh',
    levels: [
      { origin: 'channel', inForce: false },
      { origin: 'server', inForce: false },
      { origin: 'operator', modelId: first.id, inForce: true },
    ],
    allowed: undefined,
    stateOf: () => ({ state: 'unknown' }),
    ...others,
    choice: {
      model: first,
      origin: 'operator',
      sampling: DEFAULT_SAMPLING,
      samplingOrigins: {},
      caps: {},
      ...choice,
    },
  };
}

const isButtons = (row: Row): row is TextButton[] => Array.isArray(row);

/** The buttons of a view as `label -> custom id`; those that cannot be pressed in brackets. */
export function buttonsOf({ rows = [] }: View): string[] {
  return rows
    .filter(isButtons)
    .flat()
    .map((button) => {
      const label = 'label' in button ? button.label : '';
      return `${button.disabled ? `(${label})` : label} -> ${button.custom_id}`;
    });
}
