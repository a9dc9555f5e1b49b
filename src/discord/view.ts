import type { APIButtonComponentWithCustomId, APIStringSelectComponent } from 'discord.js';

/** A button as Discord's API takes it; its custom id is `action:id`. */
export type TextButton = Omit<APIButtonComponentWithCustomId, 'type'>;
/** A menu as Discord's API takes it, of up to 25 options; its custom id is `action:id`. */
export type SelectMenu = Omit<APIStringSelectComponent, 'type'>;

/** Up to 5 buttons, or one menu. */
export type Row = TextButton[] | SelectMenu;

/** What an answer shows: text of any length, and up to 5 rows below its end. */
export interface View {
  text: string;
  rows?: Row[];
}

/** Puts a view, or text with one row of buttons, in the place of the answer. */
export type Show = (view: string | View, buttons?: TextButton[]) => Promise<void>;
