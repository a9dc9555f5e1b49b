import type { ButtonInteraction } from 'discord.js';
import type { Bot, Person } from './bot.ts';
import type { Show } from './command.ts';

export interface ButtonContext {
  /** What follows the action in the button's custom id. */
  id: string;
  bot: Bot;
  person: Person;
  /** The conversation that the message with the button belongs to. */
  conversationId: string;
  interaction: ButtonInteraction;
  /** Settles when Discord has the acknowledgement, which left before `execute` began. */
  acknowledged: Promise<unknown>;
  /** Changes the message with the button, or answers privately, as `answers` says. */
  show: Show;
}

/** What pressing one of the bot's buttons does, whenever it is pressed. Rights are checked here, at that moment. */
export interface ButtonAction {
  /** `update` answers by changing the message with the button, `private` by a message that only the presser sees. */
  answers: 'update' | 'private';
  execute: (context: ButtonContext) => Promise<void>;
}
