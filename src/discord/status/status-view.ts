import type { Choice, Level, Place } from '../../chat/choices.ts';
import type { KeyState } from '../../chat/upstreams.ts';
import type { Catalog } from '../../models/catalog.ts';
import type { ModelHealth } from '../../models/health.ts';
import { whyWords } from '../models/place-models.ts';
import { ago, failureWords, grouped, modelName, personName, placeName, secondsWords } from '../models/words.ts';
import { budgetBar, lineWords, rateWords, type ThrottleStatus } from './budget.ts';

export interface ModelState extends ModelHealth {
  id: string;
}

export interface StatusFacts {
  place: Place;
  /** Unix time in milliseconds. */
  now: number;
  /** Undefined when nobody can answer; `problem` says why then. */
  answering: { choice: Choice; levels: readonly Level[] } | undefined;
  problem: string | undefined;
  /** Undefined when no key answers here. */
  upstream:
    | { isOwnKey: boolean; throttle: ThrottleStatus; models: ModelState[]; listState: Catalog['state'] }
    | undefined;
  /** For those who may manage the server. */
  admin: { key: KeyState | undefined; caps: Choice['caps'] } | undefined;
}

const SHOWN_DOWN = 8;

export function statusText(facts: StatusFacts): string {
  return [
    ...answeringLines(facts),
    ...(facts.upstream ? upstreamLines(facts.upstream) : []),
    ...(facts.admin ? ['', ...adminLines(facts)] : []),
  ].join('\n');
}

function answeringLines({ answering, problem, place, upstream }: StatusFacts): string[] {
  if (!answering) return [problem ?? 'Nobody can answer at present.'];
  const { choice, levels } = answering;
  const { id } = choice.model;
  const state = upstream?.models.find((model) => model.id === id);
  const latency =
    state?.firstTextMs === undefined ? '' : ` Its first word comes after about ${secondsWords(state.firstTextMs)}.`;
  return [`${modelName(id)} answers in ${placeName(place)}, ${whyWords(choice, levels, place)}.${latency}`];
}

function upstreamLines({ isOwnKey, throttle, models }: NonNullable<StatusFacts['upstream']>): string[] {
  const { usedInLastMinute, requestsPerMinute } = throttle;
  const rate = rateWords(throttle, { isOwnKey });
  return [
    `Requests here use ${isOwnKey ? 'this server’s API key' : 'the API key of whoever runs this bot'}.`,
    '',
    `${budgetBar(usedInLastMinute, requestsPerMinute)} ${grouped(usedInLastMinute)} of ${grouped(requestsPerMinute)} requests in the last minute`,
    ...(rate === '' ? [] : [`-# ${rate}`]),
    `**Line**: ${lineWords(throttle)}`,
    `**Models**: ${modelsWords(models)}`,
    ...downLines(models),
  ];
}

function modelsWords(models: readonly ModelState[]): string {
  if (models.length === 0) return 'the list could not be loaded yet.';
  const count = (state: ModelState['state']) => models.filter((model) => model.state === state).length;
  const [up, down, unknown] = [count('up'), count('down'), count('unknown')];
  if (unknown === models.length) return 'none asked within the last hour';
  return [
    `${up} answering`,
    ...(down > 0 ? [`${down} down`] : []),
    ...(unknown > 0 ? [`${unknown} not asked within the last hour`] : []),
  ].join(', ');
}

function downLines(models: readonly ModelState[]): string[] {
  const down = models.filter(({ state }) => state === 'down');
  const lines = down.slice(0, SHOWN_DOWN).map(({ id, since }) => {
    return `- ${modelName(id)} is down${since === undefined ? '' : ` since ${ago(since)}`}`;
  });
  return down.length > lines.length ? [...lines, `- and ${down.length - lines.length} more`] : lines;
}

function adminLines({ admin, upstream, now }: StatusFacts): string[] {
  const key = admin?.key;
  return [
    '**For those who manage this server**',
    `API key of this server: ${key ? keyWords(key) : 'none'}`,
    `Limits: ${capsWords(admin?.caps ?? {})}`,
    ...(upstream ? operationLines(upstream, now) : []),
  ];
}

function keyWords({ hint, by, at, refusedAt }: KeyState): string {
  const entered = `ends in ${modelName(hint)}, entered by ${personName(by.name)} ${ago(at)}`;
  return refusedAt === undefined ? entered : `${entered}; **the API refused it ${ago(refusedAt)}**`;
}

function capsWords({ personWaiting, serverWaiting, personPerHour, serverPerHour }: Choice['caps']): string {
  const caps: [number | undefined, string][] = [
    [personWaiting, 'of one person waiting at once'],
    [serverWaiting, 'of the server waiting at once'],
    [personPerHour, 'of one person in an hour'],
    [serverPerHour, 'of the server in an hour'],
  ];
  const set = caps.flatMap(([cap, what]) =>
    cap === undefined ? [] : [`${grouped(cap)} ${cap === 1 ? 'question' : 'questions'} ${what}`],
  );
  return set.length === 0 ? 'none' : set.join(', ');
}

const LIST_STATES: Record<Catalog['state'], string> = {
  fresh: 'as the API tells it',
  restored: 'the last one that was kept; the API does not tell it at present',
  empty: 'none yet; the API does not tell it',
};

function operationLines({ throttle, listState, models }: NonNullable<StatusFacts['upstream']>, now: number): string[] {
  const { closedUntil = 0 } = throttle;
  const failing = models.filter(({ state, failure }) => state === 'down' && failure !== undefined);
  return [
    `List of models: ${LIST_STATES[listState]}`,
    `At most ${throttle.maxConcurrent} answers are written at once.`,
    ...(closedUntil > now ? [`The API asked for a pause: nothing starts before ${ago(closedUntil)}.`] : []),
    ...failing.slice(0, SHOWN_DOWN).map(({ id, failure }) => `- ${modelName(id)}: ${failureWords(failure)}`),
  ];
}
