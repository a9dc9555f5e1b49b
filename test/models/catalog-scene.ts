import { createCatalog, type ListedModel } from '../../src/models/catalog.ts';
import type { LearnedFacts } from '../../src/models/learned.ts';
import { type RecordedDocument, recordedLogger } from './recorded.ts';

interface Scene {
  listed?: ListedModel[];
  defaultModel?: string;
  facts?: Record<string, LearnedFacts>;
  saved?: RecordedDocument | undefined;
}

export function createScene({ listed = [], defaultModel, facts = {}, saved }: Scene = {}) {
  const { logger, lines } = recordedLogger();
  const api: { answer: ListedModel[] | Error } = { answer: listed };
  const catalog = createCatalog({
    listModels: async () => {
      await Promise.resolve();
      if (api.answer instanceof Error) throw api.answer;
      return api.answer;
    },
    defaultModel,
    learned: { of: (id) => facts[id] ?? {} },
    saved,
    logger,
  });
  const refresh = () => catalog.refresh({ signal: new AbortController().signal });
  return { catalog, api, lines, refresh, facts };
}

export async function listedScene(scene: Scene) {
  const created = createScene(scene);
  await created.refresh();
  return created;
}

export const named = (...names: string[]): ListedModel[] => names.map((id) => ({ id }));
