import type { Catalog } from '../models/catalog.ts';
import type { History } from '../storage/history.ts';
import type { Asking } from './asking.ts';
import type { ReadTextFile } from './attachments.ts';
import type { Command } from './command.ts';

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
  /** Stops the reply to this message, if one is being written; resolves at its end with the messages that show it. */
  stopReplyTo(userMessageId: string): Promise<string[]>;
  /** Deletes messages of the bot, as far as Discord lets it. */
  deleteMessages(channelId: string, messageIds: string[]): Promise<void>;
  commands: ReadonlyMap<string, Command>;
}
