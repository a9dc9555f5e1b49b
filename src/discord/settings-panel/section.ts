import type { BaseInteraction } from 'discord.js';
import type { Place } from '../../chat/choices.ts';
import { UserError } from '../../core/errors.ts';
import type { Bot, Person } from '../bot.ts';
import type { Modal } from '../modal.ts';
import type { Row, View } from '../view.ts';

/** Whose panel it is and where it stands; only `enterPanel` makes one. */
export interface Panel {
  bot: Bot;
  place: Place & { guildId: string };
  person: Person;
  /** Whether the server has it, as far as the bot is told. */
  has(kind: 'role' | 'channel', id: string): boolean;
}

/** What a change has to say, above the section as it is afterwards. */
export interface Outcome {
  said: string;
  rows?: Row[];
  /** Only `rows` can be pressed then. */
  isQuestion?: boolean;
}

/** One page of the panel. `detail` is the end of a custom id and cannot be trusted. */
export interface Section {
  /** On the button that leads to it. */
  label: string;
  /** Its state in a few words. */
  summary(panel: Panel): Promise<string>;
  view(panel: Panel, detail: string): Promise<View>;
  /** What its buttons do, by the names in their custom ids. */
  actions?: Record<string, (panel: Panel, detail: string) => Promise<Outcome>>;
  forms?: Record<string, Form>;
  /** What its menus of roles and channels do, by the names in their custom ids. `ids` cannot be trusted either. */
  choices?: Record<string, (panel: Panel, ids: string[]) => Promise<Outcome>>;
}

export interface Form {
  /** Reads the store once at most: the form must open within 3 s of the press. */
  open(panel: Panel, detail: string): Promise<Omit<Modal, 'custom_id'>>;
  /**
   * `fields` are those in which something else stands than when the form opened.
   *
   * @throws UserError if what was typed cannot be used; nothing is changed then.
   */
  save(panel: Panel, detail: string, fields: Record<string, string>): Promise<Outcome>;
}

/** Rights are those of this very press, as Discord states them. */
export function enterPanel({ bot, place, person, interaction }: Entering): Panel {
  const { guildId } = place;
  if (guildId === undefined) throw new UserError('input', 'Settings belong to servers: use `/settings` in one.');
  if (!person.isAdmin) throw new UserError('permission', 'Settings need the permission Manage Server.');
  const { guild } = interaction;
  const has: Panel['has'] = (kind, id) =>
    (kind === 'role' ? guild?.roles.cache.has(id) : guild?.channels.cache.has(id)) ?? false;
  return { bot, place: { ...place, guildId }, person, has };
}

interface Entering {
  bot: Bot;
  place: Place;
  person: Person;
  interaction: Pick<BaseInteraction, 'guild'>;
}

/** The custom ids of a section's own controls. */
export const controlId = {
  view: (section: string, detail = 'top') => `settings:${section}:${detail}`,
  action: (section: string, action: string, detail = 'all') => `settings-do:${section}:${action}:${detail}`,
  roles: (section: string, choice: string) => `settings-roles:${section}:${choice}`,
  channels: (section: string, choice: string) => `settings-channels:${section}:${choice}`,
  form: (section: string, form: string, detail = 'all') => `settings-edit:${section}:${form}:${detail}`,
  save: (section: string, form: string, { detail = 'all', marks }: { detail?: string; marks: string }) =>
    `settings-save:${section}:${form}:${detail}:${marks}`,
};

/** What `work` gives, or what it has to say to people instead: a panel must open also where nothing answers yet. */
export async function orReason(work: Promise<string>): Promise<string> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}
