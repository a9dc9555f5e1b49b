import type { Casting } from '../chat/casting.ts';
import type { Choices } from '../chat/choices.ts';
import type { Lorebooks } from '../chat/lorebooks.ts';
import type { Personas } from '../chat/personas.ts';
import type { Players } from '../chat/players.ts';
import type { ScenePrompts } from '../chat/scene-prompt.ts';
import type { Upstreams } from '../chat/upstreams.ts';
import type { Clock } from '../core/clock.ts';
import type { Health } from '../models/health.ts';
import type { Tokenizers } from '../models/tokens.ts';
import type { CardReader } from '../personas/card-reader.ts';
import type { History } from '../storage/history.ts';
import type { SceneStore } from '../storage/scenes.ts';
import type { SettingsStore } from '../storage/settings.ts';
import type { UserStore } from '../storage/users.ts';
import type { Asking } from './asking.ts';
import type { Command } from './command.ts';
import type { Download } from './file-download.ts';
import type { PostView } from './post-view.ts';
import type { RunningReplies } from './running.ts';
import type { Threads } from './threads.ts';
import type { Webhooks } from './webhooks.ts';

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
  personas: Personas;
  lorebooks: Lorebooks;
  /** Which personas speak where. */
  casting: Casting;
  scenes: SceneStore;
  /** What members have told of themselves. */
  users: UserStore;
  players: Players;
  scenePrompts: ScenePrompts;
  /** Reads and writes files of characters and lorebooks. */
  cards: CardReader;
  /** Files that members attached. */
  download: Download;
  webhooks: Webhooks;
  /** Discord can fetch the pictures of personas, so that a portrait can change with each reply. */
  hasPublicPictures: boolean;
  threads: Threads;
  /** Sees the words of messages that do not mention the bot. */
  canReadMessages: boolean;
  health: Health;
  tokenizers: Tokenizers;
  clock: Clock;
  asking: Asking;
  /** Stops the replies that match and are being written; resolves at their end with the messages that show them. */
  stopReplies: RunningReplies['stopAll'];
  /** Posts a message by the bot's own account. */
  post: PostView;
  commands: ReadonlyMap<string, Command>;
}
