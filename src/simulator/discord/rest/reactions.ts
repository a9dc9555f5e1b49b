import { Permission } from '../judge/permissions.ts';
import { addReaction, parseEmoji, reactionKey, removeAllReactions, removeReaction } from '../reactions.ts';
import { requireRights } from '../rights.ts';
import { serializeUser } from '../serialize/users.ts';
import type { Simulation } from '../simulation.ts';
import { existing } from '../world.ts';
import { refuse } from './failure.ts';
import { channelAndMessage, limitOf } from './lookup.ts';
import { noContent, ok, type RestRequest, type Route } from './router.ts';

const REACTIONS = '/channels/:channel/messages/:message/reactions';
const USERS_MAX = 100;
const USERS_DEFAULT = 25;

export function reactionRoutes(simulation: Simulation): Route[] {
  const { world, botUserId } = simulation;
  const target = (request: RestRequest) => {
    const { channel, message } = channelAndMessage(simulation, request);
    return { channel, message, emoji: parseEmoji(request.params.emoji ?? '') };
  };
  return [
    {
      method: 'PUT',
      template: `${REACTIONS}/:emoji/@me`,
      handle(request) {
        const { channel, message, emoji } = target(request);
        if (channel.thread?.archived === true) throw refuse('threadArchived');
        const isNew = !message.reactions.has(reactionKey(emoji));
        requireRights(
          world,
          channel,
          botUserId,
          Permission.ReadMessageHistory,
          ...(isNew ? [Permission.AddReactions] : []),
        );
        addReaction(simulation, message, emoji, botUserId);
        return noContent;
      },
    },
    {
      method: 'DELETE',
      template: `${REACTIONS}/:emoji/:userOrMe`,
      handle(request) {
        const { channel, message, emoji } = target(request);
        const asked = request.params.userOrMe ?? '';
        const userId = asked === '@me' ? botUserId : asked;
        if (userId !== botUserId) requireRights(world, channel, botUserId, Permission.ManageMessages);
        removeReaction(simulation, message, emoji, userId);
        return noContent;
      },
    },
    {
      method: 'GET',
      template: `${REACTIONS}/:emoji`,
      handle(request) {
        const { message, emoji } = target(request);
        const limit = limitOf(request.query, { fallback: USERS_DEFAULT, max: USERS_MAX });
        const ids = [...(message.reactions.get(reactionKey(emoji))?.userIds ?? [])].slice(0, limit);
        return ok(ids.map((id) => serializeUser(existing(world.users, id))));
      },
    },
    {
      method: 'DELETE',
      template: `${REACTIONS}/:emoji`,
      handle(request) {
        const { channel, message, emoji } = target(request);
        requireRights(world, channel, botUserId, Permission.ManageMessages);
        removeAllReactions(simulation, message, emoji);
        return noContent;
      },
    },
    {
      method: 'DELETE',
      template: REACTIONS,
      handle(request) {
        const { channel, message } = channelAndMessage(simulation, request);
        requireRights(world, channel, botUserId, Permission.ManageMessages);
        removeAllReactions(simulation, message, undefined);
        return noContent;
      },
    },
  ];
}
