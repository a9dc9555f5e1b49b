import type { Choices } from '../chat/choices.ts';
import type { Upstreams } from '../chat/upstreams.ts';
import type { Clock } from '../core/clock.ts';
import type { Health } from '../models/health.ts';
import type { History } from '../storage/history.ts';
import type { SettingsStore } from '../storage/settings.ts';
import type { Asking } from './asking.ts';
import type { Command } from './command.ts';
import type { RunningReplies } from './running.ts';

/** A member as the bot knows them: the id is Discord's, the name is the one shown in the channel. */
export interface Person {
  id: string;
  name: string;
  /** May manage the messages of others here. In a DM everyone may manage their own conversation. */
  isModerator: boolean;
  /** May manage the server. In a DM there is none. */
  isAdmin: boolean;
}

/** What commands work with. */
export interface Bot {
  name: string;
  history: History;
  /** What admins set for servers and channels. */
  settings: SettingsStore;
  /** Which model answers where, and how. */
  choices: Choices;
  /** The API by the operator's key and by those of servers. */
  upstreams: Upstreams;
  health: Health;
  clock: Clock;
  asking: Asking;
  /** Stops the replies that match and are being written; resolves at their end with the messages that show them. */
  stopReplies: RunningReplies['stopAll'];
  /** Deletes messages of the bot, as far as Discord lets it. */
  deleteMessages(channelId: string, messageIds: string[]): Promise<void>;
  commands: ReadonlyMap<string, Command>;
}
