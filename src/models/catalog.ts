import { UserError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { knownModel } from './known-models.ts';
import { findName, nearestNames } from './names.ts';

/** What the API says of a model it serves. */
export interface ListedModel {
  id: string;
  /** In tokens; told by few servers. */
  contextLength?: number;
}

export interface Model {
  /** Exactly as the API lists it: this is what is sent. */
  id: string;
  /** In tokens, prompt and reply together. */
  contextLength: number;
  contextSource: 'api' | 'table' | 'default';
  takesSystemRole: boolean;
  isChat: boolean;
}

export interface Catalog {
  /** Asks the API again. On failure the last list stays, and the error is thrown. */
  refresh(options: { signal: AbortSignal }): Promise<void>;
  /** The chat models, in the API's order. */
  list(): Model[];
  /**
   * The model of this name, tolerantly matched; without a name the default one.
   *
   * @throws UserError `missing` with the three nearest names, or `unavailable` when nothing was ever listed.
   */
  find(name?: string): Model;
  /** Names of models for what a person has typed so far, best first. */
  suggest(typed: string): string[];
}

export interface CatalogOptions {
  listModels: (options: { signal: AbortSignal }) => Promise<ListedModel[]>;
  /** The operator's choice; without it the first chat model that the API lists. */
  defaultModel: string | undefined;
  logger: Logger;
}

const MAX_NEAR_SUGGESTIONS = 5;

export function createCatalog({ listModels, defaultModel, logger }: CatalogOptions): Catalog {
  let models: Model[] = [];
  let hasWarned = false;

  function find(name: string): Model {
    // Before the first list arrives a name is taken as it stands; the API itself refuses a wrong one.
    if (models.length === 0) return describe({ id: name });
    const ids = models.map((model) => model.id);
    const id = findName(name, ids);
    const model = models.find((candidate) => candidate.id === id);
    if (model) return model;
    const near = nearestNames(name, ids, 3).map((nearName) => `\`${nearName}\``);
    throw new UserError('missing', `There is no model called “${name.slice(0, 100)}”. Nearest: ${near.join(', ')}.`);
  }

  function findDefault(): Model {
    if (defaultModel !== undefined) {
      try {
        return find(defaultModel);
      } catch (error) {
        if (!hasWarned)
          logger.warn({ defaultModel }, 'the API does not list DEFAULT_MODEL; its first chat model answers instead');
        hasWarned = true;
        if (models.length === 0) throw error;
      }
    }
    const first = models[0];
    if (first) return first;
    throw new UserError('unavailable', 'The list of models could not be loaded yet. Please try again in a minute.');
  }

  return {
    async refresh({ signal }) {
      const listed = await listModels({ signal });
      const described = listed.map(describe).filter((model) => model.isChat);
      if (described.length > 0 || models.length === 0) models = described;
      logger.info({ models: described.length }, 'models listed');
    },
    list: () => models,
    find: (name) => (name === undefined ? findDefault() : find(name)),
    suggest(typed) {
      const ids = models.map((model) => model.id);
      const wanted = typed.trim().toLowerCase();
      const containing = ids.filter((id) => id.toLowerCase().includes(wanted));
      return containing.length > 0 ? containing : nearestNames(typed, ids, MAX_NEAR_SUGGESTIONS);
    },
  };
}

function describe(listed: ListedModel): Model {
  const known = knownModel(listed.id);
  return {
    id: listed.id,
    contextLength: listed.contextLength ?? known.contextLength,
    contextSource: listed.contextLength === undefined ? known.contextSource : 'api',
    takesSystemRole: known.takesSystemRole,
    isChat: known.chat,
  };
}
