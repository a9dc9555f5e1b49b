import type { ButtonInteraction, ModalSubmitInteraction } from 'discord.js';
import type { Place } from '../chat/choices.ts';
import type { Bot, Person } from './bot.ts';
import type { Modal, ModalInput } from './modal.ts';
import type { SelectInteraction } from './select.ts';
import type { Show } from './view.ts';

export type ComponentInteraction = ButtonInteraction | SelectInteraction | ModalSubmitInteraction;

/** What a button, a menu and a modal have in common. */
interface Pressed<I extends ComponentInteraction> {
  /** What follows the action in the custom id. It cannot be trusted. */
  id: string;
  bot: Bot;
  person: Person;
  place: Place;
  /** The conversation that the message with the button belongs to. */
  conversationId: string;
  interaction: I;
}

export interface ComponentContext<I extends ComponentInteraction> extends Pressed<I> {
  /** Settles when Discord has the acknowledgement, which left before `execute` began. */
  acknowledged: Promise<unknown>;
  /** Changes the message with the button, or answers privately, as `answers` says. */
  show: Show;
}

export type ButtonContext = ComponentContext<ButtonInteraction>;

export interface OpeningContext extends Pressed<ButtonInteraction> {
  /** Opens a form. Discord takes it as the first answer only, within 3 s of the press. */
  showModal: (modal: Modal<ModalInput>) => Promise<void>;
}

/** What pressing one of the bot's buttons does, whenever it is pressed. Rights are checked here, at that moment. */
export type ButtonAction =
  | {
      /** `update` answers by changing the message with the button, `private` by a message that only the presser sees. */
      answers: 'update' | 'private';
      execute: (context: ButtonContext) => Promise<void>;
    }
  | {
      /** Nothing is acknowledged before: `execute` opens a modal, after one read of the store at most. */
      answers: 'modal';
      execute: (context: OpeningContext) => Promise<void>;
    };
