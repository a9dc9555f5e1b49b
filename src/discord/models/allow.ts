import { ButtonStyle } from 'discord.js';
import type { Model } from '../../models/catalog.ts';
import { normalizeName } from '../../models/names.ts';
import type { Row, TextButton, View } from '../view.ts';
import type { Asked } from './asked.ts';
import { requireServer } from './choose.ts';
import { pageButtons, pageOf } from './pages.ts';
import { readModels, usualModelId } from './place-models.ts';
import { requireAdmin } from './rights.ts';
import { grouped, modelName } from './words.ts';

/** A select menu has at most so many options. */
const MODELS_PER_PAGE = 25;

/**
 * The panel in which admins say which models members may pick.
 *
 * @throws UserError if the person may not, or there is no list
 */
export async function allowPanel(asked: Asked, wantedPage = 1, notices: string[] = []): Promise<View> {
  requireRight(asked);
  const { bot, place } = asked;
  const models = await readModels(bot, place);
  const allowed = await bot.choices.allowed(place);
  return allowView({ models, allowed, usualId: await usualModelId(bot, place) }, wantedPage, notices);
}

/** Keeps which of the models shown in a menu were picked; those of other pages stay as they are. */
export async function pickAllowed(
  asked: Asked,
  { page, shown, picked }: { page: number; shown: readonly string[]; picked: readonly string[] },
): Promise<View> {
  const guildId = requireRight(asked);
  const { bot, place } = asked;
  const ids = (await readModels(bot, place)).map(({ id }) => id);
  const usualId = await usualModelId(bot, place);
  const idNow = (id: string) => idServedAs(ids, id) ?? id;
  const gone = picked.filter((id) => idServedAs(ids, id) === undefined);
  await bot.settings.update({ guildId }, (current) => {
    const allowed = new Set((current.allowedModels ?? ids).map(idNow));
    for (const id of shown) allowed.delete(idNow(id));
    for (const id of picked) if (!gone.includes(id)) allowed.add(idNow(id));
    allowed.add(usualId);
    const { allowedModels: _, ...rest } = current;
    return ids.every((id) => allowed.has(id)) ? rest : { ...rest, allowedModels: [...allowed] };
  });
  const notices = gone.map((id) => `${modelName(id)} is not served any more, so it was left out.`);
  return allowPanel(asked, page, notices);
}

/** The same model may have come back under another name of its quantisation. */
function idServedAs(ids: readonly string[], id: string): string | undefined {
  return ids.includes(id) ? id : ids.find((other) => normalizeName(other) === normalizeName(id));
}

export async function allowAll(asked: Asked): Promise<View> {
  const guildId = requireRight(asked);
  await asked.bot.settings.update({ guildId }, (current) => {
    if (!current.allowedModels) return current;
    const { allowedModels: _, ...rest } = current;
    return rest;
  });
  return allowPanel(asked);
}

export function allowView(
  { models, allowed, usualId }: { models: readonly Model[]; allowed: readonly string[] | undefined; usualId: string },
  wantedPage: number,
  notices: readonly string[],
): View {
  const ids = models.map(({ id }) => id);
  const pages = Array.from({ length: Math.ceil(ids.length / MODELS_PER_PAGE) }, (_, index) =>
    ids.slice(index * MODELS_PER_PAGE, (index + 1) * MODELS_PER_PAGE),
  );
  const page = pageOf(pages, wantedPage);
  const isAllowed = (id: string) => allowed?.includes(id) ?? true;
  const served = new Set(models.map(({ id }) => id));
  const unserved = (allowed ?? []).filter((id) => !served.has(id));
  const elsewhere = ids.filter((id) => isAllowed(id) && !page.items.includes(id)).length;
  const text = [
    `**Models that members may pick**${page.count === 1 ? '' : `, page ${page.number} of ${page.count}`}`,
    allowed
      ? `${models.filter(({ id }) => isAllowed(id)).length} of ${models.length}. Those who manage the server may pick any.`
      : `All ${models.length}, and those that the API adds later.`,
    `${modelName(usualId)} cannot be left out, because it answers where nobody chose a model.`,
    ...(unserved.length === 0 ? [] : [`Picked too, but not served at present: ${grouped(unserved.length)}.`]),
    ...(page.count === 1
      ? []
      : [`This menu changes page ${page.number} only. Picked on other pages: ${grouped(elsewhere)}.`]),
    ...notices,
  ].join('\n');
  const menu: Row = {
    custom_id: `models-allow:${page.number}`,
    placeholder: 'No model is picked on this page',
    min_values: 0,
    max_values: page.items.length,
    options: page.items.map((id) => ({ label: id, value: id, default: isAllowed(id) })),
  };
  const all: TextButton = {
    label: 'Allow all',
    style: ButtonStyle.Secondary,
    custom_id: 'models-allow-all:1',
    disabled: !allowed,
  };
  return { text, rows: [menu, [...pageButtons('models-allow-page', page), all]] };
}

function requireRight({ place, person }: Asked): string {
  const guildId = requireServer(
    place,
    'Lists of models that members may pick are for servers. In direct messages you may pick any.',
  );
  requireAdmin(person, 'Choosing the models that members may pick');
  return guildId;
}
