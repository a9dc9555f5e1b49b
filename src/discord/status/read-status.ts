import type { Place } from '../../chat/choices.ts';
import type { Upstream } from '../../chat/upstreams.ts';
import { UserError } from '../../core/errors.ts';
import type { Bot, Person } from '../bot.ts';
import type { Asked } from '../models/asked.ts';
import { type StatusFacts, statusText } from './status-view.ts';

/** How things stand here; more for those who may manage the server. */
export async function showStatus(asked: Asked): Promise<string> {
  return statusText(await readStatus(asked));
}

async function readStatus({ bot, place, person }: Asked): Promise<StatusFacts> {
  const upstream = await orProblem(() => bot.upstreams.of(place.guildId));
  const answering = await orProblem(async () => {
    const [choice, levels] = await Promise.all([bot.choices.of(place), bot.choices.levels(place)]);
    return { choice, levels };
  });
  return {
    place,
    now: bot.clock.now(),
    answering: answering.value,
    problem: upstream.problem ?? answering.problem,
    upstream: upstream.value && upstreamFacts(bot, upstream.value),
    admin: await adminFacts(bot, place, person),
  };
}

/** What cannot be told for a reason that members may read is part of the status. */
async function orProblem<T>(read: () => Promise<T>): Promise<{ value?: T; problem?: string }> {
  try {
    return { value: await read() };
  } catch (error) {
    if (error instanceof UserError) return { problem: error.message };
    throw error;
  }
}

function upstreamFacts(bot: Bot, { id, catalog, throttle }: Upstream): NonNullable<StatusFacts['upstream']> {
  return {
    isOwnKey: id !== 'operator',
    throttle: throttle.status(),
    models: catalog.list().map((model) => ({ id: model.id, ...bot.health.of(model.id) })),
    listState: catalog.state,
  };
}

async function adminFacts(bot: Bot, { guildId }: Place, { isAdmin }: Person): Promise<StatusFacts['admin']> {
  if (guildId === undefined || !isAdmin) return undefined;
  const [key, { caps = {} }] = await Promise.all([bot.upstreams.keyState(guildId), bot.settings.read({ guildId })]);
  return { key, caps };
}
