import type { ChannelSelectMenuInteraction, RoleSelectMenuInteraction, StringSelectMenuInteraction } from 'discord.js';
import type { ComponentContext } from './button.ts';

export type SelectInteraction = StringSelectMenuInteraction | RoleSelectMenuInteraction | ChannelSelectMenuInteraction;

export interface SelectContext<I extends SelectInteraction = StringSelectMenuInteraction> extends ComponentContext<I> {
  /**
   * The values of the options that were chosen, or the ids of roles or channels. They are what Discord says was chosen,
   * and not to be trusted either.
   */
  values: string[];
}

/** What choosing from one of the bot's menus does, whenever it happens. Rights are checked here, at that moment. */
export type SelectAction = {
  /** `update` answers by changing the message with the menu, `private` by a message that only the chooser sees. */
  answers: 'update' | 'private';
} & (
  | { chooses?: 'options'; execute: (context: SelectContext) => Promise<void> }
  | { chooses: 'roles'; execute: (context: SelectContext<RoleSelectMenuInteraction>) => Promise<void> }
  | { chooses: 'channels'; execute: (context: SelectContext<ChannelSelectMenuInteraction>) => Promise<void> }
);
