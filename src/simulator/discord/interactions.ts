import { randomBytes } from 'node:crypto';
import { announceInteraction } from './interaction-payload.ts';
import { type Channel, type Interaction, InteractionType, type Json, type Message } from './model.ts';
import { refuse } from './rest/failure.ts';
import type { Simulation } from './simulation.ts';

/** discord-api-docs, interactions/receiving-and-responding. */
const ACKNOWLEDGE_WITHIN_MS = 3_000;
const SECRET_BYTES = 48;
const TOKEN_LIFE_MS = 15 * 60 * 1_000;

export interface InteractionStart {
  type: number;
  userId: string;
  channel: Channel;
  data: Json;
  commandName?: string | undefined;
  isMenu?: boolean | undefined;
  sourceMessage?: Message | undefined;
}

/** Sends an interaction to the bot and starts the time in which it must be acknowledged. */
export function startInteraction(simulation: Simulation, start: InteractionStart): Interaction {
  const { world, clock, events } = simulation;
  const interaction: Interaction = {
    id: simulation.newId(),
    token: randomBytes(SECRET_BYTES).toString('base64url'),
    type: start.type,
    userId: start.userId,
    channelId: start.channel.id,
    guildId: start.channel.guildId,
    commandName: start.commandName,
    isMenu: start.isMenu === true,
    sourceMessage: start.sourceMessage,
    createdAt: clock.now(),
    acknowledgement: undefined,
    cancelDeadline: () => undefined,
    answered: Promise.withResolvers(),
    failed: false,
    originalMessage: undefined,
    awaitsFirstFollowUp: false,
    messages: [],
    modal: undefined,
    choices: undefined,
  };
  // Whoever does not wait for an answer must not be killed by its absence.
  interaction.answered.promise.catch(() => undefined);
  world.interactions.set(interaction.id, interaction);
  world.interactionsByToken.set(interaction.token, interaction);
  interaction.cancelDeadline = clock.setTimeout(() => giveUp(simulation, interaction), ACKNOWLEDGE_WITHIN_MS);
  forgetOldest(simulation);
  events.emit(() => ({
    type: 'interaction-created',
    interactionType: interaction.type,
    ...eventBase(simulation, interaction),
  }));
  announceInteraction(simulation, interaction, start);
  return interaction;
}

function giveUp(simulation: Simulation, interaction: Interaction): void {
  if (interaction.acknowledgement) return;
  interaction.failed = true;
  interaction.answered.reject(new Error('The application did not respond'));
  simulation.events.emit(() => ({ type: 'interaction-failed', ...eventBase(simulation, interaction) }));
}

/** Interactions are kept a while past the life of their token; the maps are in the order of creation. */
function forgetOldest({ world, clock }: Simulation): void {
  for (const interaction of world.interactions.values()) {
    if (clock.now() - interaction.createdAt <= 2 * TOKEN_LIFE_MS) return;
    world.interactions.delete(interaction.id);
    world.interactionsByToken.delete(interaction.token);
  }
}

function eventBase(simulation: Simulation, interaction: Interaction) {
  return {
    at: simulation.clock.now(),
    channelId: interaction.channelId,
    interactionId: interaction.id,
    userId: interaction.userId,
  };
}

/** The interaction that a callback answers; throws 10062 for an unknown or late one, 40060 for a second answer. */
export function interactionToAcknowledge(simulation: Simulation, id: string, token: string): Interaction {
  const interaction = simulation.world.interactions.get(id);
  if (!interaction || interaction.token !== token) throw refuse('unknownInteraction');
  if (interaction.acknowledgement) throw refuse('alreadyAcknowledged');
  const late = simulation.clock.now() - interaction.createdAt > ACKNOWLEDGE_WITHIN_MS;
  if (late || interaction.failed) throw refuse('unknownInteraction');
  return interaction;
}

export function noteAcknowledgement(simulation: Simulation, interaction: Interaction, callbackType: number): void {
  const at = simulation.clock.now();
  interaction.cancelDeadline();
  const afterMs = at - interaction.createdAt;
  interaction.acknowledgement = { type: callbackType, at };
  interaction.answered.resolve({ type: callbackType, afterMs });
  simulation.events.emit(() => ({
    type: 'interaction-acknowledged',
    callbackType,
    afterMs,
    ...eventBase(simulation, interaction),
  }));
}

/** The interaction that a webhook token stands for: 10015 if it never was acknowledged, 50027 once its 15 minutes are over. */
export function interactionOfToken(simulation: Simulation, token: string): Interaction {
  const interaction = simulation.world.interactionsByToken.get(token);
  if (!interaction) throw refuse('invalidWebhookToken');
  if (simulation.clock.now() - interaction.createdAt > TOKEN_LIFE_MS) throw refuse('invalidWebhookToken');
  if (!interaction.acknowledgement || interaction.type === InteractionType.Autocomplete) throw refuse('unknownWebhook');
  return interaction;
}
