import * as v from 'valibot';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { Store } from './store.ts';
import { createValues } from './values.ts';

/** What a person has told of themselves, for all places. */
export interface UserRecord {
  /** Who they play; `at` in Unix milliseconds. */
  persona?: { name: string; description: string; pronouns: string; at: number } | undefined;
}

/** Both methods throw UserError ('unavailable') for a record that a newer release wrote. */
export interface UserStore {
  /** Empty if nothing is kept. */
  read(userId: string): Promise<UserRecord>;
  /**
   * Writes what `change` makes of the record, after every earlier update of the person: an empty one deletes it, the
   * same writes nothing. Both states are what `read` gives, and what `change` throws is thrown.
   *
   * @throws TypeError that names the field, if the record is too large or could not be read back
   */
  update(
    userId: string,
    change: (current: UserRecord) => UserRecord,
  ): Promise<{ before: UserRecord; after: UserRecord }>;
}

const NAME_MAX_LENGTH = 100;
const PRONOUNS_MAX_LENGTH = 100;
const DESCRIPTION_MAX_LENGTH = 16_000;

const text = (maxLength: number) => v.pipe(v.string(), v.maxLength(maxLength));

const userSchema: v.GenericSchema<unknown, UserRecord> = v.object({
  persona: v.optional(
    v.object({
      name: text(NAME_MAX_LENGTH),
      description: text(DESCRIPTION_MAX_LENGTH),
      pronouns: text(PRONOUNS_MAX_LENGTH),
      at: v.pipe(v.number(), v.finite()),
    }),
  ),
});

/** One writer per store. A record that cannot be read is moved aside, named in the log and counts as empty. */
export function createUserStore(options: { store: Store; clock: Clock; logger: Logger }): UserStore {
  const users = createValues({
    ...options,
    schema: userSchema,
    writtenByNewerRelease:
      'What I know of you was written by a newer release of the bot. It opens again when the bot is updated.',
  });
  const keyOf = (userId: string) => `user:${userId}`;
  return {
    read: async (userId) => (await users.read(keyOf(userId))) ?? {},
    async update(userId, change) {
      const { before = {}, after = {} } = await users.update(keyOf(userId), (current) => {
        const changed = change(current ?? {});
        return Object.values(changed).some((value) => value !== undefined) ? changed : undefined;
      });
      return { before, after };
    },
  };
}
