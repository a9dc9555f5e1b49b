import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import { RECORD_VERSION } from './record.ts';
import { createRecordStore } from './record-store.ts';
import { type Settings, settingsSchema } from './settings-record.ts';
import type { Store } from './store.ts';

export type { SetBy, Settings } from './settings-record.ts';

/** Threads and direct messages are channels. */
export type SettingsScope = { guildId: string } | { channelId: string };

/** What is set at each place. Both methods throw UserError ('unavailable') if a newer release wrote the settings. */
export interface SettingsStore {
  /** Empty if nothing is set. */
  read(scope: SettingsScope): Promise<Settings>;
  /**
   * Writes what `change` makes of the settings, after every earlier update of the scope; nothing, if they stay the
   * same. Both states are what `read` gives, and what `change` throws is thrown.
   *
   * @throws TypeError that names the field, if the settings are too large or could not be read back
   */
  update(scope: SettingsScope, change: (current: Settings) => Settings): Promise<{ before: Settings; after: Settings }>;
}

/** One writer per store. Settings that cannot be read are moved aside, named in the log and count as empty. */
export function createSettings(options: { store: Store; clock: Clock; logger: Logger }): SettingsStore {
  const records = createRecordStore({
    ...options,
    schema: settingsSchema,
    writtenByNewerRelease:
      'The settings here were written by a newer release of the bot. They open again when the bot is updated.',
  });

  return {
    async read(scope) {
      let settings: Settings = {};
      await records.update(keyOf(scope), (record) => {
        settings = record?.settings ?? {};
        return record;
      });
      return settings;
    },
    async update(scope, change) {
      let before: Settings = {};
      let after: Settings = {};
      await records.update(keyOf(scope), (record) => {
        before = record?.settings ?? {};
        after = asRead(change(structuredClone(before)));
        if (isDeepStrictEqual(after, before)) return record;
        return Object.keys(after).length === 0 ? undefined : { ...record, v: RECORD_VERSION, settings: after };
      });
      return { before, after };
    },
  };
}

function keyOf(scope: SettingsScope): string {
  return 'guildId' in scope ? `settings:guild:${scope.guildId}` : `settings:channel:${scope.channelId}`;
}

/** As the store gives them back, and without groups in which nothing is set. */
function asRead(settings: Settings): Settings {
  const written = JSON.parse(JSON.stringify(settings)) as Settings;
  return Object.fromEntries(Object.entries(written).filter(([, value]) => Array.isArray(value) || isSet(value)));
}

function isSet(value: unknown): boolean {
  return typeof value !== 'object' || value === null || Object.keys(value).length > 0;
}
