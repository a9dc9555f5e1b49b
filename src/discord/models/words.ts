import type { Level, Origin, Place } from '../../chat/choices.ts';
import { escapeText } from '../../core/escape-text.ts';
import { clip } from '../../core/text.ts';
import type { ModelHealth } from '../../models/health.ts';

const NAME_MAX_LENGTH = 100;

/** With commas; `Intl` would load 6 MiB for it. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** A model's name as people can copy it; ids are the API's own, so they are not trusted to be short or tame. */
export function modelName(id: string): string {
  return `\`${clip(id.replaceAll(/[`\s]+/g, ' '), NAME_MAX_LENGTH)}\``;
}

export function personName(name: string): string {
  return `**${escapeText(clip(name, NAME_MAX_LENGTH))}**`;
}

/** "3 minutes ago" in the reader's own language: Discord's client writes it. */
export function ago(unixMs: number): string {
  return `<t:${Math.floor(unixMs / 1_000)}:R>`;
}

/** What a place is called by those who write in it. */
export function placeName({ parentId, guildId }: Place): string {
  if (guildId === undefined) return 'this conversation';
  return parentId === undefined ? 'this channel' : 'this thread';
}

/** Why a model answers in a place: where it was chosen, and by whom if a member did. */
export function originWords(origin: Origin, place: Place, level?: Pick<Level, 'setBy' | 'at'>): string {
  const by = level?.setBy === undefined ? '' : ` by ${personName(level.setBy)}`;
  const at = level?.at === undefined ? '' : ` ${ago(level.at)}`;
  switch (origin) {
    case 'thread':
      return `chosen for this thread${by}${at}`;
    case 'channel':
      return `chosen for ${place.parentId === undefined ? placeName(place) : 'the channel of this thread'}${by}${at}`;
    case 'server':
      return `the server’s default${by || at ? `, set${by}${at}` : ''}`;
    case 'operator':
      return 'the default of whoever runs this bot';
    case 'first':
      return 'the API’s first model, because nobody chose one';
  }
}

const FAILURES: Record<string, string> = {
  unavailable: 'it answers with errors',
  timeout: 'it takes too long to answer',
  network: 'it cannot be reached',
  cut: 'its answers break off',
};

/** What of a failing model can be said; `failure` is the kind of a completion's error. */
export function failureWords(failure: string | undefined): string {
  return (failure === undefined ? undefined : FAILURES[failure]) ?? 'its answers fail';
}

/** "since … : it takes too long", for a model that is down. */
export function downWords({ failure, since }: Pick<ModelHealth, 'failure' | 'since'>): string {
  return `down${since === undefined ? '' : ` since ${ago(since)}`}: ${failureWords(failure)}`;
}

export function secondsWords(ms: number): string {
  const seconds = ms / 1_000;
  return `${seconds < 10 ? seconds.toFixed(1) : grouped(Math.round(seconds))} s`;
}
