import type { PersonFile } from '../attachments.ts';
import { findUsable } from '../components.ts';
import { startInteraction } from '../interactions.ts';
import { type Channel, InteractionType, type Json, type Message, type User } from '../model.ts';
import { serializeMessage } from '../serialize/messages.ts';
import type { Simulation } from '../simulation.ts';
import { guildOf } from '../world.ts';
import { choosePath, fillOptions, isPersonFile, type OptionValue } from './command-options.ts';
import { type OfferedCommand, offeredCommand, offeredCommands, offeredMenus } from './commands.ts';
import type { MessageLike } from './here.ts';
import { createInteractionHandle, type InteractionHandle, interactionRecords } from './interaction-handle.ts';
import { type FieldValue, fillModal, selectionOf } from './modals.ts';
import { createResolved } from './resolved.ts';
import { waitUntil } from './wait.ts';

const CommandType = { ChatInput: 1, User: 2, Message: 3 } as const;

type Options = Record<string, OptionValue | undefined>;

export interface Interacting {
  /** The chat commands that the client offers here, one for each sub-command. */
  commands(): OfferedCommand[];
  /** `command` or `command sub` or `command group sub`, with option names and values; `files` are attachment options. */
  slash(command: string, options?: Options, more?: { files?: Record<string, PersonFile> }): Promise<InteractionHandle>;
  /** What the app offers while `text` stands in the option; rejects when it does not answer in time. */
  autocomplete(
    command: string,
    option: string,
    text: string,
    others?: Options,
  ): Promise<{ name: string; value: string | number }[]>;
  click(message: MessageLike, customIdOrLabel: string): Promise<InteractionHandle>;
  select(message: MessageLike, customId: string, values: string | readonly string[]): Promise<InteractionHandle>;
  submitModal(interaction: InteractionHandle, values: Record<string, FieldValue>): Promise<InteractionHandle>;
  /** The entries of the app in the menu of a message. */
  menuEntries(): string[];
  /** Uses an entry of the app in the menu of a message. */
  menu(command: string, message: MessageLike): Promise<InteractionHandle>;
  userMenu(target: { id: string }, command: string): Promise<InteractionHandle>;
}

export function createInteracting(
  simulation: Simulation,
  user: User,
  channel: Channel,
  find: (message: MessageLike) => Message,
): Interacting {
  const start = (details: Omit<Parameters<typeof startInteraction>[1], 'userId' | 'channel'>): InteractionHandle => {
    const interaction = startInteraction(simulation, { userId: user.id, channel, ...details });
    const handle = createInteractionHandle(simulation, interaction);
    interactionRecords.set(handle, interaction);
    return handle;
  };

  function commandData(line: string, values: Options, focused?: string) {
    const [name = '', ...words] = line.split(' ').filter(Boolean);
    const command = offeredCommand(simulation, user, channel, name, CommandType.ChatInput);
    const chosen = choosePath(command, words);
    if (
      focused !== undefined &&
      !chosen.definitions.some((option) => option.name === focused && option.autocomplete === true)
    ) {
      throw new Error(`option "${focused}" of /${line} has no autocomplete`);
    }
    const { options, resolved } = fillOptions({ simulation, channel, user, chosen, values, focused });
    return { name, data: { ...commandHead(command), options, ...(resolved ? { resolved } : {}) } };
  }

  function startMenu(name: string, type: number, targetId: string, resolved: Json): InteractionHandle {
    const command = offeredCommand(simulation, user, channel, name, type);
    const data = { ...commandHead(command), target_id: targetId, resolved };
    return start({ type: InteractionType.Command, commandName: name, isMenu: true, data });
  }

  return {
    commands: () => offeredCommands(simulation, user, channel),
    async slash(line, options = {}, { files = {} } = {}) {
      const { name, data } = commandData(line, { ...options, ...files });
      return start({ type: InteractionType.Command, commandName: name, data });
    },
    async autocomplete(line, option, text, others = {}) {
      const plain = Object.fromEntries(Object.entries(others).filter(([, value]) => !isPersonFile(value)));
      const { name, data } = commandData(line, { ...plain, [option]: text }, option);
      const handle = start({ type: InteractionType.Autocomplete, commandName: name, data });
      await handle.acknowledged;
      return (interactionRecords.get(handle)?.choices ?? []) as { name: string; value: string | number }[];
    },
    async click(message, customIdOrLabel) {
      const found = find(message);
      const { type, custom_id, id } = findUsable(found.components, customIdOrLabel, 'button');
      return start({
        type: InteractionType.Component,
        sourceMessage: found,
        data: { component_type: type, custom_id, id },
      });
    },
    async select(message, customId, values) {
      const found = find(message);
      const menu = findUsable(found.components, customId, 'select');
      const resolved = createResolved(simulation, guildOf(simulation.world, channel));
      const chosen = selectionOf(menu, [values].flat(), resolved);
      const parts = resolved.toJson();
      const data = {
        component_type: menu.type,
        custom_id: menu.custom_id,
        id: menu.id,
        values: chosen,
        ...(parts ? { resolved: parts } : {}),
      };
      return start({ type: InteractionType.Component, sourceMessage: found, data });
    },
    async submitModal(handle, values) {
      const opener = interactionRecords.get(handle);
      if (!opener || opener.userId !== user.id) throw new Error(`${user.username} did not start that interaction`);
      if (opener.channelId !== channel.id) throw new Error(`the form of ${handle.id} stands open in another channel`);
      if (!simulation.world.channels.has(channel.id))
        throw new Error(`the channel of the form of ${handle.id} was deleted`);
      const modal = await waitUntil(simulation, () => opener.modal, {
        describe: () => `interaction ${handle.id} was not answered by a modal`,
      });
      const { components, resolved } = fillModal({ simulation, channel, modal, values });
      const data = { custom_id: modal.customId, components, ...(resolved ? { resolved } : {}) };
      return start({ type: InteractionType.ModalSubmit, sourceMessage: opener.sourceMessage, data });
    },
    menuEntries: () => offeredMenus(simulation, user, channel, CommandType.Message),
    async menu(name, message) {
      const found = find(message);
      if (found.ephemeralFor !== undefined) throw new Error('ephemeral messages have no apps menu');
      return startMenu(name, CommandType.Message, found.id, {
        messages: { [found.id]: serializeMessage(simulation, found) },
      });
    },
    async userMenu(target, name) {
      const resolved = createResolved(simulation, guildOf(simulation.world, channel));
      if (!resolved.refer('user', target.id)) throw new Error(`there is no user ${target.id}`);
      return startMenu(name, CommandType.User, target.id, resolved.toJson() ?? {});
    },
  };
}

function commandHead({
  id,
  name,
  type,
  guild_id: guildId,
}: {
  id: string;
  name: string;
  type: number;
  guild_id?: string | undefined;
}) {
  return { id, name, type, ...(guildId === undefined ? {} : { guild_id: guildId }) };
}
