import { numberComponents } from './components.ts';
import { noteAcknowledgement } from './interactions.ts';
import type { UploadedFile } from './judge/multipart.ts';
import { WEBHOOK_DEFAULT } from './mentions.ts';
import { changesOf, type MessageParts, partsOfNew } from './message-body.ts';
import { addMessage, changeMessage } from './messages.ts';
import {
  CallbackType,
  type Channel,
  type Interaction,
  InteractionType,
  type Json,
  type Message,
  MessageFlag,
} from './model.ts';
import { invalidForm, refuse } from './rest/failure.ts';
import type { Simulation } from './simulation.ts';

const MESSAGE_TYPE_COMMAND = 20;
const MESSAGE_TYPE_CONTEXT_MENU = 23;
const MESSAGE_TYPE_REPLY = 19;

/** Which callback types an interaction allows; 6 and 7 need a message that they could update. */
function allowedCallbacks({ type, sourceMessage }: Interaction): number[] {
  const { Message, DeferredMessage, DeferredUpdate, Update, Choices, Modal } = CallbackType;
  if (type === InteractionType.Autocomplete) return [Choices];
  const updates = sourceMessage ? [DeferredUpdate, Update] : [];
  const modal = type === InteractionType.ModalSubmit ? [] : [Modal];
  return [Message, DeferredMessage, ...updates, ...modal];
}

/** Obeys a callback. Returns the message that it made or changed, if any. */
export function answerInteraction(
  simulation: Simulation,
  interaction: Interaction,
  callback: { type: number; data: Json; files: readonly UploadedFile[] },
): Message | undefined {
  const allowed = allowedCallbacks(interaction);
  if (!allowed.includes(callback.type)) {
    throw invalidForm(['type'], 'BASE_TYPE_CHOICES', `Value must be one of {${allowed.join(', ')}}.`);
  }
  const { data, files } = callback;
  switch (callback.type) {
    case CallbackType.Message: {
      const parts = interactionParts(simulation, interaction, data, files);
      noteAcknowledgement(simulation, interaction, callback.type);
      return addOriginal(simulation, interaction, parts);
    }
    case CallbackType.DeferredMessage: {
      channelOf(simulation, interaction);
      const ephemeral = (Number(data.flags ?? 0) & MessageFlag.Ephemeral) !== 0;
      noteAcknowledgement(simulation, interaction, callback.type);
      interaction.awaitsFirstFollowUp = true;
      return addOriginal(simulation, interaction, loadingParts(ephemeral));
    }
    case CallbackType.Update: {
      const message = sourceOf(interaction);
      const changes = changesOf(simulation, message, sendingOf(simulation, interaction, data, files));
      noteAcknowledgement(simulation, interaction, callback.type);
      changeMessage(simulation, message, changes);
      return message;
    }
    default:
      keepAnswer(interaction, callback.type, data);
      noteAcknowledgement(simulation, interaction, callback.type);
      return undefined;
  }
}

function keepAnswer(interaction: Interaction, type: number, data: Json): void {
  if (type === CallbackType.DeferredUpdate) interaction.originalMessage = sourceOf(interaction);
  if (type === CallbackType.Choices) interaction.choices = (data.choices as Json[] | undefined) ?? [];
  if (type === CallbackType.Modal) {
    interaction.modal = {
      customId: String(data.custom_id),
      title: String(data.title),
      components: numberComponents((data.components as Json[] | undefined) ?? []),
    };
  }
}

function sourceOf(interaction: Interaction): Message {
  if (!interaction.sourceMessage) throw refuse('unknownMessage');
  interaction.originalMessage = interaction.sourceMessage;
  return interaction.sourceMessage;
}

/** A follow-up; the first after a deferred answer fills that answer instead (documented as deprecated, still served). */
export function followUp(
  simulation: Simulation,
  interaction: Interaction,
  body: Json,
  files: readonly UploadedFile[],
): Message {
  const original = interaction.originalMessage;
  if (interaction.awaitsFirstFollowUp && original && isAlive(simulation, original)) {
    const changes = partsOfNew(simulation, {
      ...sendingOf(simulation, interaction, body, files),
      allowEphemeral: true,
    });
    const flags = (changes.flags & ~MessageFlag.Ephemeral) | (original.flags & MessageFlag.Ephemeral);
    interaction.awaitsFirstFollowUp = false;
    changeMessage(simulation, original, { ...changes, flags });
    return original;
  }
  const parts = interactionParts(simulation, interaction, body, files);
  const replied = original && isAlive(simulation, original) ? original : undefined;
  const draft = {
    ...ownership(simulation, interaction, parts.flags),
    ...parts,
    type: replied ? MESSAGE_TYPE_REPLY : 0,
    reference: replied && { messageId: replied.id, channelId: replied.channelId, guildId: replied.guildId },
  };
  return addMessage(simulation, channelOf(simulation, interaction), draft, (message) => {
    interaction.messages.push(message);
  });
}

/** An edit by the interaction's token, of the original or of a follow-up. */
export function editAnswer(
  simulation: Simulation,
  interaction: Interaction,
  message: Message,
  edit: { body: Json; files: readonly UploadedFile[] },
): void {
  const changes = changesOf(simulation, message, sendingOf(simulation, interaction, edit.body, edit.files));
  if (message === interaction.originalMessage) interaction.awaitsFirstFollowUp = false;
  changeMessage(simulation, message, changes);
}

export function isAlive(simulation: Simulation, message: Message): boolean {
  return simulation.world.channels.get(message.channelId)?.messages.has(message.id) === true;
}

/** Throws 10003 once the channel is deleted. */
function channelOf({ world }: Simulation, { channelId }: Interaction): Channel {
  const channel = world.channels.get(channelId);
  if (!channel) throw refuse('unknownChannel');
  return channel;
}

function sendingOf(simulation: Simulation, interaction: Interaction, body: Json, files: readonly UploadedFile[]) {
  return {
    channel: channelOf(simulation, interaction),
    body,
    files,
    mentionDefault: WEBHOOK_DEFAULT,
    authorId: simulation.botUserId,
  };
}

function interactionParts(
  simulation: Simulation,
  interaction: Interaction,
  body: Json,
  files: readonly UploadedFile[],
) {
  return partsOfNew(simulation, { ...sendingOf(simulation, interaction, body, files), allowEphemeral: true });
}

function loadingParts(ephemeral: boolean): Partial<MessageParts> & { content: string; flags: number } {
  return { content: '', flags: MessageFlag.Loading | (ephemeral ? MessageFlag.Ephemeral : 0) };
}

function ownership(simulation: Simulation, interaction: Interaction, flags: number) {
  return {
    authorId: simulation.botUserId,
    applicationId: simulation.applicationId,
    interaction: {
      id: interaction.id,
      type: interaction.type,
      userId: interaction.userId,
      name: interaction.commandName,
    },
    ephemeralFor: (flags & MessageFlag.Ephemeral) === 0 ? undefined : interaction.userId,
  };
}

function addOriginal(
  simulation: Simulation,
  interaction: Interaction,
  parts: Partial<MessageParts> & { content: string; flags: number },
): Message {
  const { type, sourceMessage } = interaction;
  const source = type === InteractionType.Component ? sourceMessage : undefined;
  const draft = {
    ...ownership(simulation, interaction, parts.flags),
    ...parts,
    type: messageTypeOf(interaction),
    reference: source && { messageId: source.id, channelId: source.channelId, guildId: source.guildId },
  };
  return addMessage(simulation, channelOf(simulation, interaction), draft, (message) => {
    interaction.originalMessage = message;
    interaction.messages.push(message);
  });
}

function messageTypeOf({ type, isMenu }: Interaction): number {
  if (type === InteractionType.Command) return isMenu ? MESSAGE_TYPE_CONTEXT_MENU : MESSAGE_TYPE_COMMAND;
  return type === InteractionType.Component ? MESSAGE_TYPE_REPLY : 0;
}
