import type { Origin, Place } from '../../chat/choices.ts';
import { UserError } from '../../core/errors.ts';
import type { SettingsScope } from '../../storage/settings.ts';
import type { Panel } from './section.ts';

/** For what a setting holds, from the place outwards. */
export type Scope = 'thread' | 'channel' | 'server';

export function scopesOf({ parentId }: Place): Scope[] {
  return parentId === undefined ? ['channel', 'server'] : ['thread', 'channel', 'server'];
}

/** The scope that a custom id names; the nearest one if it names none. */
export function readScope(place: Place, detail: string): Scope {
  const scopes = scopesOf(place);
  const nearest = scopes[0] ?? 'server';
  const scope = detail === 'top' ? nearest : scopes.find((candidate) => candidate === detail);
  if (!scope) throw new UserError('missing', 'This button belongs to another place.');
  return scope;
}

export function keyOfScope({ place }: Panel, scope: Scope): SettingsScope {
  if (scope === 'server') return { guildId: place.guildId };
  return { channelId: scope === 'channel' ? (place.parentId ?? place.channelId) : place.channelId };
}

export function scopeName(scope: Origin, { parentId }: Place): string {
  switch (scope) {
    case 'thread':
      return 'this thread';
    case 'channel':
      return parentId === undefined ? 'this channel' : 'its channel';
    case 'server':
      return 'the whole server';
    case 'operator':
      return 'the bot’s default';
    case 'first':
      return 'the API’s first model';
  }
}

/** On a button, or at the beginning of a line. */
export function scopeLabel(scope: Origin, place: Place): string {
  return capitalized(scopeName(scope, place).replace(/^the /, ''));
}

export function capitalized(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
