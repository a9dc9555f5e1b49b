import type { Document } from '../core/document.ts';
import { UserError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { clip } from '../core/text.ts';
import type { Learned } from './learned.ts';
import { describeModel, type ListedModel, type Model, withAdminContext, withLearned } from './model.ts';
import { readModelList, selectModels } from './model-list.ts';
import { indexNames, type NameIndex, normalizeName } from './names.ts';
import { isPlausibleId } from './plausible.ts';

export type { ContextSource, ListedModel, Model } from './model.ts';
export { withAdminContext } from './model.ts';

export interface Catalog {
  /** Asks the API again, and keeps a good list. On failure the last list stays, and the error is thrown. */
  refresh(options: { signal: AbortSignal }): Promise<void>;
  /** Takes the last good list of an earlier run, if none was loaded yet. Never rejects. */
  restore(): Promise<void>;
  /**
   * The chat models, in the API's order, with what was learned of them.
   *
   * @param contextLengths what a server's admins set, by models' ids
   */
  list(contextLengths?: ContextLengths): Model[];
  /**
   * The chat model of this name, tolerantly matched; without a name the default one. Before the first list a name is taken
   * as it stands.
   *
   * @throws UserError `missing` with the names that it is a part of, or the three nearest, or that it is not for chat, or
   *   `unavailable` when nothing was ever listed.
   */
  find(name?: string): Model;
  /** The model of exactly this id, if the API lists it; also one that is not for chat. */
  get(id: string): Model | undefined;
  /**
   * Names of models for what a person has typed so far, best first; from memory.
   *
   * @param among the only ids to suggest
   */
  suggest(typed: string, among?: readonly string[]): string[];
  /** Whether the list is the API's of this run, that of an earlier one, or not there yet. */
  readonly state: 'empty' | 'restored' | 'fresh';
  /** `find()` gives the operator's DEFAULT_MODEL. */
  readonly isDefaultListed: boolean;
}

export interface CatalogOptions {
  listModels: (options: { signal: AbortSignal }) => Promise<ListedModel[]>;
  /** The operator's choice; without it the first chat model that the API lists. */
  defaultModel: string | undefined;
  learned: Pick<Learned, 'of'>;
  /** Where the last good list is kept. */
  saved: Document | undefined;
  logger: Logger;
}

/** In tokens, and when they were set, in Unix milliseconds. */
type ContextLengths = Readonly<Record<string, { tokens: number; at: number }>>;

interface Served {
  /** By id, in the API's order. */
  models: ReadonlyMap<string, Model>;
  chat: Model[];
  /** Of the chat models. */
  names: NameIndex;
  /** Of the others. */
  otherNames: NameIndex;
}

const MAX_NEAR_SUGGESTIONS = 5;
const MAX_FITTING = 5;
const SHOWN_NAME_LENGTH = 100;

export function createCatalog({ listModels, defaultModel, learned, saved, logger }: CatalogOptions): Catalog {
  let served = serve([]);
  let state: Catalog['state'] = 'empty';
  let savedList: string | undefined;
  let hasWarned = false;
  let lastOmitted = '';

  const current = (model: Model) => withLearned(model, learned.of(model.id));

  function find(name: string): Model {
    if (state === 'empty' && isPlausibleId(name)) return current(describeModel({ id: name }));
    const model = served.models.get(served.names.find(name) ?? '');
    if (model) return current(model);
    throw notFound(name, served);
  }

  /** What an operator names exactly is taken, also if it does not look like a model for chat. */
  function findConfigured(): Model | undefined {
    if (defaultModel === undefined) return undefined;
    if (state === 'empty') return current(describeModel({ id: defaultModel }));
    const model = served.models.get(defaultModel) ?? served.models.get(served.names.find(defaultModel) ?? '');
    return model && current(model);
  }

  function findDefault(): Model {
    const configured = findConfigured();
    if (configured) return configured;
    if (defaultModel !== undefined && !hasWarned) {
      logger.warn({ defaultModel }, 'the API does not list DEFAULT_MODEL; its first chat model answers instead');
      hasWarned = true;
    }
    const [first] = served.chat;
    if (first) return current(first);
    throw new UserError('unavailable', 'The list of models could not be loaded yet. Please try again in a minute.');
  }

  function warnOfOmitted(omitted: { unusable: number; surplus: number }): void {
    const told = JSON.stringify(omitted);
    if (told !== lastOmitted && omitted.unusable + omitted.surplus > 0)
      logger.warn(omitted, 'some of the models that the API lists are left out');
    lastOmitted = told;
  }

  async function keep(listed: readonly ListedModel[]): Promise<void> {
    const list = JSON.stringify(listed);
    if (!saved || list === savedList) return;
    try {
      await saved.write(listed);
      savedList = list;
    } catch (error) {
      logger.warn({ err: error }, 'the list of models could not be stored');
    }
  }

  return {
    async refresh({ signal }) {
      const { models, ...omitted } = selectModels(await listModels({ signal }));
      warnOfOmitted(omitted);
      const fresh = serve(models);
      logger.info({ models: fresh.chat.length }, 'models listed');
      if (fresh.chat.length === 0) return;
      served = fresh;
      state = 'fresh';
      await keep(models);
    },
    async restore() {
      if (!saved || state !== 'empty') return;
      try {
        const stored = await saved.read();
        const listed = readModelList(stored);
        if (stored !== undefined && !listed) logger.warn({}, 'the stored list of models cannot be read');
        // The API may have answered meanwhile.
        if (!listed || state !== 'empty') return;
        const { models } = selectModels(listed);
        const restored = serve(models);
        if (restored.chat.length === 0) return;
        served = restored;
        state = 'restored';
        savedList = JSON.stringify(models);
      } catch (error) {
        logger.warn({ err: error }, 'the stored list of models could not be read');
      }
    },
    list(contextLengths = {}) {
      const byName = new Map(Object.entries(contextLengths).map(([id, set]) => [normalizeName(id), set]));
      const lengthOf = (id: string) => contextLengths[id] ?? byName.get(normalizeName(id));
      return served.chat.map((model) => withAdminContext(current(model), lengthOf(model.id), learned));
    },
    find: (name) => (name === undefined ? findDefault() : find(name)),
    get(id) {
      const model = served.models.get(id);
      return model && current(model);
    },
    suggest(typed, among) {
      const allowed = among && new Set(among);
      const containing = served.names.containing(typed, allowed);
      return containing.length > 0 ? containing : served.names.nearest(typed, MAX_NEAR_SUGGESTIONS, allowed);
    },
    get state() {
      return state;
    },
    get isDefaultListed() {
      return findConfigured() !== undefined;
    },
  };
}

function serve(listed: ListedModel[]): Served {
  const models = new Map(listed.map((entry) => [entry.id, describeModel(entry)]));
  const all = [...models.values()];
  const chat = all.filter(({ isChat }) => isChat);
  const index = (some: Model[]) => indexNames(some.map(({ id }) => id));
  return { models, chat, names: index(chat), otherNames: index(all.filter(({ isChat }) => !isChat)) };
}

function notFound(typed: string, { names, otherNames }: Pick<Served, 'names' | 'otherNames'>): UserError {
  const shown = `“${plain(clip(typed, SHOWN_NAME_LENGTH))}”`;
  const listed = (found: readonly string[]) => found.map((name) => `\`${name}\``).join(', ');
  const exactOther = otherNames.match(typed);
  if (exactOther !== undefined) return notForChat(exactOther);
  const fitting = names.fitting(typed);
  if (fitting.length > 0) {
    const surplus = fitting.length - MAX_FITTING;
    const others = surplus > 0 ? ` and ${surplus} more` : '';
    const fits = `${shown} fits more than one model: ${listed(fitting.slice(0, MAX_FITTING))}${others}.`;
    return new UserError('missing', `${fits} Write a little more of the name.`);
  }
  const other = otherNames.find(typed);
  if (other !== undefined) return notForChat(other);
  const near = names.nearest(typed);
  const nearest = near.length > 0 ? ` Nearest: ${listed(near)}.` : '';
  return new UserError('missing', `There is no model called ${shown}.${nearest}`);
}

function notForChat(id: string): UserError {
  return new UserError('missing', `\`${id}\` is not for chat, so it cannot answer here.`);
}

/** Without what Discord takes for formatting. */
function plain(typed: string): string {
  return typed.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_~|<[]/g, '\\$&');
}
