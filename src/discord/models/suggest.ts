import type { Suggest } from '../command.ts';
import type { Asked } from './asked.ts';
import { defaultWord } from './choose.ts';

/** Discord takes no longer value; models' ids are within it, "default (id)" may not be. */
const VALUE_MAX_LENGTH = 100;
/** Discord waits 3 s; a server's own key may have to list its models first. */
const PATIENCE_MS = 2_000;

/** Names of models for what was typed so far, best first: for members those that they may pick. */
export const suggestModels: Suggest = (typed, asked) => soon(asked, namesFor(typed, asked));

/** The same for an option that also takes the word "default": it comes first, with who would answer then. */
export function suggestModelsOrDefault(scope: 'here' | 'server'): Suggest {
  return (typed, asked) => soon(asked, withDefault(typed, asked, scope));
}

async function withDefault(typed: string, asked: Asked, scope: 'here' | 'server'): Promise<string[]> {
  const names = await namesFor(typed, asked);
  const word = defaultWord(await inheritedModel(asked, scope)).slice(0, VALUE_MAX_LENGTH);
  return word.toLowerCase().startsWith(typed.trim().toLowerCase()) ? [word, ...names] : names;
}

async function namesFor(typed: string, { bot, place, person }: Asked): Promise<string[]> {
  const { catalog } = await bot.upstreams.of(place.guildId);
  const among = person.isAdmin ? undefined : await bot.choices.allowed(place);
  return catalog.suggest(typed, among);
}

/** Who answers without the choice that is set at this level. */
async function inheritedModel({ bot, place }: Asked, scope: 'here' | 'server'): Promise<string> {
  const [{ catalog }, levels] = await Promise.all([bot.upstreams.of(place.guildId), bot.choices.levels(place)]);
  const own = scope === 'here' ? 0 : levels.findIndex(({ origin }) => origin === 'server');
  const served = levels.slice(own + 1).find(({ modelId }) => modelId !== undefined && catalog.get(modelId));
  return served?.modelId ?? catalog.find().id;
}

async function soon({ bot }: Asked, found: Promise<string[]>): Promise<string[]> {
  const waiting = new AbortController();
  try {
    return await Promise.race([found, bot.clock.sleep(PATIENCE_MS, { signal: waiting.signal }).then(() => [])]);
  } finally {
    waiting.abort();
  }
}
