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
export function enterPanel({ bot, place, person }: { bot: Bot; place: Place; person: Person }): Panel {
  const { guildId } = place;
  if (guildId === undefined) throw new UserError('input', 'Settings belong to servers: use `/settings` in one.');
  if (!person.isAdmin) throw new UserError('permission', 'Settings need the permission Manage Server.');
  return { bot, place: { ...place, guildId }, person };
}

/** The custom ids of a section's own controls. */
export const controlId = {
  view: (section: string, detail = 'top') => `settings:${section}:${detail}`,
  action: (section: string, action: string, detail = 'all') => `settings-do:${section}:${action}:${detail}`,
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
