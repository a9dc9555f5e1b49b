import { UserError } from '../../core/errors.ts';
import type { Modal } from '../modal.ts';
import type { Asked } from './asked.ts';
import { requireServer } from './choose.ts';
import { byModelKey, modelKey } from './model-key.ts';
import { readModels } from './place-models.ts';
import { requireAdmin } from './rights.ts';
import { grouped } from './words.ts';

const MIN_TOKENS = 512;
const MAX_TOKENS = 1_000_000;
const RANGE = `${grouped(MIN_TOKENS)} to ${grouped(MAX_TOKENS)}`;
const FOR_SERVERS = 'Context lengths are set for servers, by those who may manage them.';
const FORBIDDEN = 'Setting a context length';

/** The form for one model's context length in this server. It costs one read of the store, and nothing of the API. */
export async function contextLengthModal({ bot, place, person }: Asked, key: string): Promise<Modal> {
  const guildId = requireServer(place, FOR_SERVERS);
  requireAdmin(person, FORBIDDEN);
  const { contextLengths = {} } = await bot.settings.read({ guildId });
  const set = Object.entries(contextLengths).find(([id]) => modelKey(id) === key)?.[1];
  return {
    custom_id: `model-context-set:${key}`,
    title: 'Context length in this server',
    inputs: {
      tokens: {
        label: 'Tokens, prompt and answer together',
        description: `A whole number, ${RANGE}. Left empty: as the API or its table says.`,
        value: set && String(set.tokens),
        placeholder: '16000',
        maxLength: 20,
      },
    },
  };
}

/**
 * Keeps what the form says, and tells of which model. The same number again is newer than what the API has refused since.
 *
 * @throws UserError if it is no number in range, the model is gone or the person may not
 */
export async function setContextLength({ bot, place, person }: Asked, key: string, typed: string): Promise<string> {
  const guildId = requireServer(place, FOR_SERVERS);
  requireAdmin(person, FORBIDDEN);
  const tokens = readTokens(typed);
  const model = byModelKey(await readModels(bot, place), key);
  if (!model) throw new UserError('missing', 'This model is not served any more.');
  const at = bot.clock.now();
  await bot.settings.update({ guildId }, (current) => {
    const { [model.id]: set, ...others } = current.contextLengths ?? {};
    if (tokens === undefined && !set) return current;
    return { ...current, contextLengths: tokens === undefined ? others : { ...others, [model.id]: { tokens, at } } };
  });
  return model.id;
}

/** Undefined for an empty text. Spaces, commas and the like between digits are taken as people write them. */
export function readTokens(typed: string): number | undefined {
  const digits = typed.trim().replaceAll(/(?<=\d)[\s,_'’](?=\d{3}(?!\d))/g, '');
  if (digits === '') return undefined;
  const tokens = /^\d{1,9}$/.test(digits) ? Number(digits) : Number.NaN;
  if (tokens >= MIN_TOKENS && tokens <= MAX_TOKENS) return tokens;
  throw new UserError('input', `A context length is a whole number of tokens, ${RANGE}, such as 16000.`);
}
