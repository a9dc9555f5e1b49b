import type { Catalog } from '../models/catalog.ts';
import type { History } from '../storage/history.ts';
import type { Asking } from './asking.ts';
import type { ReadTextFile } from './attachments.ts';
import type { Command } from './command.ts';
import type { RunningReplies } from './running.ts';

/** A member as the bot knows them: the id is Discord's, the name is the one shown in the channel. */
export interface Person {
  id: string;
  name: string;
  /** May manage the messages of others here. In a DM everyone may manage their own conversation. */
  isModerator: boolean;
}

/** What commands work with. */
export interface Bot {
  name: string;
  catalog: Catalog;
  history: History;
  asking: Asking;
  readTextFile: ReadTextFile;
  /** Stops the replies that match and are being written; resolves at their end with the messages that show them. */
  stopReplies: RunningReplies['stopAll'];
  /** Deletes messages of the bot, as far as Discord lets it. */
  deleteMessages(channelId: string, messageIds: string[]): Promise<void>;
  commands: ReadonlyMap<string, Command>;
}
