import { StartError } from '../core/errors.ts';
import type { ButtonAction } from './button.ts';
import type { Command } from './command.ts';
import { createReplyEdit } from './edit-reply.ts';
import { restoreFrom } from './message-menus.ts';
import type { ModalAction } from './modal.ts';
import { createReplyButtons } from './reply-buttons.ts';
import type { RunningReplies } from './running.ts';
import type { SelectAction } from './select.ts';

/** What each of the bot's buttons, menus and modals does, by the first word of its custom id. */
export interface Components {
  buttons: ReadonlyMap<string, ButtonAction>;
  selects: ReadonlyMap<string, SelectAction>;
  modals: ReadonlyMap<string, ModalAction>;
}

/**
 * Those of replies, of the menus of messages, and of the commands.
 *
 * @throws StartError if two have one name, of whatever kind they are.
 */
export function componentsOf(commands: ReadonlyMap<string, Command>, running: RunningReplies): Components {
  const replyButtons = createReplyButtons({ running });
  const buttons = new Map(Object.entries({ ...replyButtons, 'restore-from': restoreFrom }));
  const selects = new Map<string, SelectAction>();
  const modals = new Map<string, ModalAction>([['edit-reply', createReplyEdit({ running })]]);
  const taken = new Set([...buttons.keys(), ...modals.keys()]);

  function collect<T>(into: Map<string, T>, { name }: Command, kind: string, actions: Record<string, T> = {}): void {
    for (const [action, component] of Object.entries(actions)) {
      if (taken.has(action)) throw new StartError(`/${name} defines the ${kind} "${action}", which exists already.`);
      taken.add(action);
      into.set(action, component);
    }
  }

  for (const command of commands.values()) {
    collect(buttons, command, 'button', command.buttons);
    collect(selects, command, 'menu', command.selects);
    collect(modals, command, 'modal', command.modals);
  }
  return { buttons, selects, modals };
}
