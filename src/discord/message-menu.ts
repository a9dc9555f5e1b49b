import type { MessageContextMenuCommandInteraction } from 'discord.js';
import type { Place } from '../chat/choices.ts';
import type { Bot, Person } from './bot.ts';
import type { Modal, ModalInput } from './modal.ts';
import type { Show } from './view.ts';

/** The message on which a menu was used, as Discord shows it at that moment. */
export interface TargetMessage {
  id: string;
  channelId: string;
  content: string;
  author: { id: string; name: string; isBot: boolean };
  /** The webhook that wrote it, if one did; the author's id is the same then. */
  webhookId: string | undefined;
  /** The application that wrote it, by the bot's own account or a webhook, if one did. */
  applicationId: string | undefined;
}

interface Chosen {
  bot: Bot;
  person: Person;
  place: Place;
  /** The conversation that the message belongs to. */
  conversationId: string;
  message: TargetMessage;
  interaction: MessageContextMenuCommandInteraction;
}

export interface MessageMenuContext extends Chosen {
  /** Settles when Discord has the acknowledgement, which left before `execute` began. */
  acknowledged: Promise<unknown>;
  /** Answers by a message that only the person sees. */
  show: Show;
}

export interface OpeningMenuContext extends Chosen {
  /** Opens a form. Discord takes it as the first answer only, within 3 s. */
  showModal: (modal: Modal<ModalInput>) => Promise<void>;
}

/** An entry in the "Apps" menu of every message. Rights are checked in `execute`, at that moment. */
export type MessageMenu = {
  /** 1 to 32 characters, as it is shown; Discord allows 15 menus. */
  name: string;
} & (
  | { answers: 'private'; execute: (context: MessageMenuContext) => Promise<void> }
  | {
      /** Nothing is acknowledged before: `execute` opens a modal, after one read of the store at most. */
      answers: 'modal';
      execute: (context: OpeningMenuContext) => Promise<void>;
    }
);
