import { UserError } from '../core/errors.ts';
import { DEFAULT_SAMPLING, type Sampling } from '../core/sampling.ts';
import { type Catalog, type Model, withAdminContext } from '../models/catalog.ts';
import type { Learned } from '../models/learned.ts';
import { normalizeName } from '../models/names.ts';
import type { Settings, SettingsStore } from '../storage/settings.ts';
import type { Place } from './place.ts';
import type { Upstreams } from './upstreams.ts';

export type { Place } from './place.ts';

/** The level that a value was inherited from; `first` is the first chat model that the API lists. */
export type Origin = 'thread' | 'channel' | 'server' | 'operator' | 'first';

/** Who answers in a place, and how. */
export interface Choice {
  model: Model;
  /** `question` if it was asked for by name. */
  origin: Origin | 'question';
  /** Chosen nearer to the place, but not served any more. */
  missing?: { id: string; origin: Origin | 'question' } | undefined;
  sampling: Sampling & { maxReplyTokens: number };
  /** Where each setting of `sampling` is set. */
  samplingOrigins: Partial<Record<keyof Sampling, Origin | 'default'>>;
  caps: NonNullable<Settings['caps']>;
}

export interface Level {
  origin: Origin;
  modelId?: string | undefined;
  setBy?: string | undefined;
  /** Unix time in milliseconds. */
  at?: number | undefined;
  inForce: boolean;
}

/** The cascade of settings: thread -> channel -> server -> operator. */
export interface Choices {
  /**
   * @param wanted a model's id that was stored with a question; if it is not served any more, the place's own answers
   * @throws UserError `unavailable` if no model is known yet
   */
  of(place: Place, wanted?: string): Promise<Choice>;
  /**
   * The id of the model that a person means.
   *
   * @throws UserError `missing` with the three nearest names, or `permission` if members may not pick it here
   */
  pick(place: Place, name: string, person: { isAdmin: boolean }): Promise<string>;
  /** Every level with what is set there, thread first. */
  levels(place: Place): Promise<Level[]>;
  /** The ids of the models that members may pick here; undefined: all. The server's default always is among them. */
  allowed(place: Place): Promise<string[] | undefined>;
}

export interface ChoicesOptions {
  settings: SettingsStore;
  upstreams: Pick<Upstreams, 'of'>;
  learned: Learned;
}

const SHOWN_ALLOWED = 10;

export function createChoices({ settings, upstreams, learned }: ChoicesOptions): Choices {
  /** From the place outwards. */
  async function readLevels({ channelId, parentId, guildId }: Place): Promise<{ origin: Origin; set: Settings }[]> {
    const [own, parent, guild] = await Promise.all([
      settings.read({ channelId }),
      parentId === undefined ? undefined : settings.read({ channelId: parentId }),
      guildId === undefined ? undefined : settings.read({ guildId }),
    ]);
    return [
      { origin: parent ? ('thread' as const) : ('channel' as const), set: own },
      ...(parent ? [{ origin: 'channel' as const, set: parent }] : []),
      ...(guild ? [{ origin: 'server' as const, set: guild }] : []),
    ];
  }

  const guildOf = (levels: { origin: Origin; set: Settings }[]) =>
    levels.find(({ origin }) => origin === 'server')?.set ?? {};

  async function of(place: Place, wanted?: string): Promise<Choice> {
    const [levels, { catalog }] = await Promise.all([readLevels(place), upstreams.of(place.guildId)]);
    const guild = guildOf(levels);
    const chosen = [
      ...(wanted === undefined ? [] : [{ origin: 'question' as const, id: wanted }]),
      ...levels.flatMap(({ origin, set }) => (set.model ? [{ origin, id: set.model.id }] : [])),
    ];
    const { model, origin } = firstServed(catalog, chosen);
    const [nearest] = chosen;
    return {
      model: withAdminContext(model, contextLengthOf(guild, model), learned),
      origin,
      ...(nearest && nearest.origin !== origin ? { missing: nearest } : {}),
      ...mergeSampling(levels),
      caps: guild.caps ?? {},
    };
  }

  async function allowed(place: Place): Promise<string[] | undefined> {
    if (place.guildId === undefined) return undefined;
    const { allowedModels, model } = await settings.read({ guildId: place.guildId });
    if (!allowedModels) return undefined;
    const { catalog } = await upstreams.of(place.guildId);
    const idNow = (id: string) => findServed(catalog, id)?.id;
    const usual = (model && idNow(model.id)) ?? catalog.find().id;
    return [...new Set([usual, ...allowedModels.map((id) => idNow(id) ?? id)])];
  }

  return {
    of,
    allowed,
    async pick(place, name, { isAdmin }) {
      const { catalog } = await upstreams.of(place.guildId);
      const { id } = catalog.find(name);
      const among = isAdmin ? undefined : await allowed(place);
      if (!among || among.includes(id)) return id;
      const shown = among.slice(0, SHOWN_ALLOWED).map((allowedId) => `\`${allowedId}\``);
      const more = among.length > shown.length ? ` and ${among.length - shown.length} more` : '';
      throw new UserError(
        'permission',
        `Members of this server may not pick \`${id}\`. They may pick: ${shown.join(', ')}${more}.`,
      );
    },
    async levels(place) {
      const [levels, { catalog }] = await Promise.all([readLevels(place), upstreams.of(place.guildId)]);
      const chosen = levels.flatMap(({ origin, set }) => (set.model ? [{ origin, id: set.model.id }] : []));
      const hasUsual = catalog.isDefaultListed || catalog.state !== 'empty';
      const inForce = hasUsual || chosen.length > 0 ? firstServed(catalog, chosen) : undefined;
      const own = levels.map(({ origin, set }) => ({
        origin,
        ...(set.model ? { modelId: set.model.id, setBy: set.model.by.name, at: set.model.at } : {}),
        inForce: origin === inForce?.origin,
      }));
      if (!hasUsual) return own;
      const usual = catalog.find();
      const origin = catalog.isDefaultListed ? ('operator' as const) : ('first' as const);
      return [...own, { origin, modelId: usual.id, inForce: origin === inForce?.origin }];
    },
  };
}

function firstServed<O extends string>(
  catalog: Catalog,
  chosen: { origin: O; id: string }[],
): { model: Model; origin: O | 'operator' | 'first' } {
  for (const { origin, id } of chosen) {
    const model = findServed(catalog, id);
    if (model) return { model, origin };
  }
  return { model: catalog.find(), origin: catalog.isDefaultListed ? 'operator' : 'first' };
}

/** What an admin set for this model, also if its quantisation had another name then. */
function contextLengthOf({ contextLengths = {} }: Settings, { id }: Model) {
  const other = () => Object.keys(contextLengths).find((name) => normalizeName(name) === normalizeName(id));
  return contextLengths[id] ?? contextLengths[other() ?? ''];
}

/** The same model may come back under another name of its quantisation; any other name is another model. */
function findServed(catalog: Catalog, id: string): Model | undefined {
  if (catalog.state === 'empty') return catalog.find(id);
  return catalog.get(id) ?? catalog.list().find((model) => normalizeName(model.id) === normalizeName(id));
}

function mergeSampling(levels: { origin: Origin; set: Settings }[]): Pick<Choice, 'sampling' | 'samplingOrigins'> {
  const sampling: Choice['sampling'] = { ...DEFAULT_SAMPLING };
  const samplingOrigins: Choice['samplingOrigins'] = {};
  for (const setting of Object.keys(DEFAULT_SAMPLING)) samplingOrigins[setting as keyof Sampling] = 'default';
  for (const { origin, set } of levels.toReversed()) {
    const given = Object.entries(set.sampling ?? {}).filter(([, value]) => value !== undefined);
    Object.assign(sampling, Object.fromEntries(given));
    for (const [setting] of given) samplingOrigins[setting as keyof Sampling] = origin;
  }
  return { sampling, samplingOrigins };
}
