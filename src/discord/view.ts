import type {
  APIButtonComponentWithCustomId,
  APIChannelSelectComponent,
  APIEmbed,
  APIRoleSelectComponent,
  APIStringSelectComponent,
} from 'discord.js';

/** A button as Discord's API takes it; its custom id is `action:id`. */
export type TextButton = Omit<APIButtonComponentWithCustomId, 'type'>;
/** A menu as Discord's API takes it, of up to 25 options; its custom id is `action:id`. */
export type SelectMenu = Omit<APIStringSelectComponent, 'type'>;
/** The same for the server's roles; what is chosen are their ids. */
export type RoleMenu = { kind: 'role' } & Omit<APIRoleSelectComponent, 'type'>;
/** The same for the server's channels; what is chosen are their ids. */
export type ChannelMenu = { kind: 'channel' } & Omit<APIChannelSelectComponent, 'type'>;

/** Up to 5 buttons, or one menu. */
export type Row = TextButton[] | SelectMenu | RoleMenu | ChannelMenu;

/** A file to send. An embed shows a picture among them by the URL `attachment://` and its name. */
export interface ViewFile {
  name: string;
  bytes: Uint8Array;
  /** What a picture shows, for those who cannot see it; up to 1,024 characters. */
  description?: string | undefined;
}

/** What an answer shows: text of any length, and below its end files, embeds and up to 5 rows. */
export interface View {
  /** May be empty where there are embeds or files. */
  text: string;
  rows?: Row[] | undefined;
  embeds?: APIEmbed[] | undefined;
  files?: ViewFile[] | undefined;
}

/** Puts a view, or text with one row of buttons, in the place of the answer; nothing of an earlier one stays. */
export type Show = (view: string | View, buttons?: TextButton[]) => Promise<void>;
