import type { StringSelectMenuInteraction } from 'discord.js';
import type { ComponentContext } from './button.ts';

export interface SelectContext extends ComponentContext<StringSelectMenuInteraction> {
  /** The values of the options that were chosen. They are what Discord says was chosen, and not to be trusted either. */
  values: string[];
}

/** What choosing from one of the bot's menus does, whenever it happens. Rights are checked here, at that moment. */
export interface SelectAction {
  /** `update` answers by changing the message with the menu, `private` by a message that only the chooser sees. */
  answers: 'update' | 'private';
  execute: (context: SelectContext) => Promise<void>;
}
