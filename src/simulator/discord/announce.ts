import type { SimulatorEvent } from './events.ts';
import { Intent } from './gateway/intents.ts';
import type { Channel, Json, Message } from './model.ts';
import { canView } from './rights.ts';
import { blankContent, serializeMessageEvent } from './serialize/messages.ts';
import { showMessage } from './shown.ts';
import type { Simulation } from './simulation.ts';
import { existing } from './world.ts';

/** An event of a channel, told to the bot only if it can view the channel. */
export function announce(simulation: Simulation, channel: Channel, event: string, data: () => Json): void {
  if (!canView(simulation.world, channel, simulation.botUserId)) return;
  const body = data();
  simulation.dispatch({ event, guildId: channel.guildId, data: () => body });
}

/** MESSAGE_CREATE or MESSAGE_UPDATE; an ephemeral message goes to nobody's gateway but the invoker's. */
export function announceMessage(simulation: Simulation, event: string, message: Message): void {
  const channel = existing(simulation.world.channels, message.channelId);
  if (message.ephemeralFor !== undefined || !canView(simulation.world, channel, simulation.botUserId)) return;
  let whole: Json | undefined;
  simulation.dispatch({
    event,
    guildId: message.guildId,
    data(intents) {
      whole ??= serializeMessageEvent(simulation, message);
      return (intents & Intent.MessageContent) === 0 ? blankContent(simulation, message, whole) : whole;
    },
  });
}

type MessageEventType = Extract<SimulatorEvent, { message: unknown }>['type'];

/** Tells those who watch the simulator what became of a message. */
export function emitMessage(simulation: Simulation, type: MessageEventType, message: Message): void {
  simulation.events.emit(() => ({
    type,
    at: simulation.clock.now(),
    channelId: message.channelId,
    message: showMessage(simulation.world, message),
    visibleTo: message.ephemeralFor,
  }));
}
