import type { Simulation } from '../simulation.ts';
import { channelRoutes } from './channels.ts';
import { commandRoutes } from './commands.ts';
import { guildRoutes } from './guilds.ts';
import { interactionRoutes } from './interactions.ts';
import { messageRoutes } from './messages.ts';
import { reactionRoutes } from './reactions.ts';
import type { Route } from './router.ts';
import { threadRoutes } from './threads.ts';
import { userRoutes } from './users.ts';
import { webhookMessageRoutes } from './webhook-messages.ts';
import { webhookRoutes } from './webhooks.ts';

export function allRoutes(simulation: Simulation): Route[] {
  return [
    ...userRoutes(simulation),
    ...commandRoutes(simulation),
    ...interactionRoutes(simulation),
    ...webhookRoutes(simulation),
    ...webhookMessageRoutes(simulation),
    ...channelRoutes(simulation),
    ...messageRoutes(simulation),
    ...reactionRoutes(simulation),
    ...threadRoutes(simulation),
    ...guildRoutes(simulation),
  ];
}
