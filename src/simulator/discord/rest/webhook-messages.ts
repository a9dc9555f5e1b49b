import { WEBHOOK_DEFAULT } from '../mentions.ts';
import { changesOf, partsOfNew } from '../message-body.ts';
import { addMessage, changeMessage, removeMessage } from '../messages.ts';
import { type Channel, ChannelType, type Json, type Message, type Webhook } from '../model.ts';
import { serializeMessage } from '../serialize/messages.ts';
import type { Simulation } from '../simulation.ts';
import { createThread } from '../threads.ts';
import { existing } from '../world.ts';
import { invalidForm, refuse } from './failure.ts';
import { answersByToken } from './interactions.ts';
import { noContent, ok, type RestAnswer, type RestRequest, type Route } from './router.ts';
import { webhookByToken } from './webhooks.ts';

export function webhookMessageRoutes(simulation: Simulation): Route[] {
  const { world } = simulation;
  const answers = answersByToken(simulation);
  /** The same addresses serve interactions, whose "webhook" is the application. */
  const either =
    (
      ofInteraction: (request: RestRequest) => RestAnswer,
      ofWebhook: (request: RestRequest, webhook: Webhook) => RestAnswer,
    ) =>
    (request: RestRequest) =>
      request.params.webhook === simulation.applicationId
        ? ofInteraction(request)
        : ofWebhook(request, webhookByToken(simulation, request));
  return [
    {
      method: 'POST',
      template: '/webhooks/:webhook/:token',
      auth: 'none',
      handle: either(answers.create, (request, webhook) => execute(simulation, request, webhook)),
    },
    {
      method: 'GET',
      template: '/webhooks/:webhook/:token/messages/:messageOrOriginal',
      auth: 'none',
      handle: either(answers.get, (request, webhook) =>
        ok(serializeMessage(simulation, ownMessage(simulation, request, webhook))),
      ),
    },
    {
      method: 'PATCH',
      template: '/webhooks/:webhook/:token/messages/:messageOrOriginal',
      auth: 'none',
      handle: either(answers.edit, (request, webhook) => {
        const message = ownMessage(simulation, request, webhook);
        const channel = existing(world.channels, message.channelId);
        if (channel.thread?.archived === true) throw refuse('threadArchived');
        changeMessage(simulation, message, changesOf(simulation, message, sendingOf(channel, request)));
        return ok(serializeMessage(simulation, message));
      }),
    },
    {
      method: 'DELETE',
      template: '/webhooks/:webhook/:token/messages/:messageOrOriginal',
      auth: 'none',
      handle: either(answers.remove, (request, webhook) => {
        removeMessage(simulation, ownMessage(simulation, request, webhook));
        return noContent;
      }),
    },
  ];
}

/** The webhook's own channel, or the thread of it that the query names. */
function targetChannel({ world }: Simulation, { query }: RestRequest, webhook: Webhook): Channel {
  const threadId = query.get('thread_id');
  if (threadId === null) return existing(world.channels, webhook.channelId);
  const thread = world.channels.get(threadId);
  if (!thread?.thread || thread.parentId !== webhook.channelId) throw refuse('unknownChannel');
  return thread;
}

function sendingOf(channel: Channel, { body, files }: RestRequest) {
  return { channel, body, files, mentionDefault: WEBHOOK_DEFAULT, authorId: undefined };
}

function execute(simulation: Simulation, request: RestRequest, webhook: Webhook): RestAnswer {
  const { body, query } = request;
  const named = targetChannel(simulation, request, webhook);
  const channel = named.type === ChannelType.GuildForum ? forumPost(simulation, named, body) : named;
  if (channel.thread?.locked === true) throw refuse('threadLocked');
  const message = addMessage(simulation, channel, {
    authorId: webhook.id,
    webhookAuthor: {
      id: webhook.id,
      name: typeof body.username === 'string' ? body.username : webhook.name,
      avatarUrl: typeof body.avatar_url === 'string' && body.avatar_url !== '' ? body.avatar_url : undefined,
    },
    applicationId: webhook.applicationId,
    ...partsOfNew(simulation, sendingOf(channel, request)),
  });
  return query.get('wait') === 'true' ? ok(serializeMessage(simulation, message)) : noContent;
}

function forumPost(simulation: Simulation, forum: Channel, body: Json): Channel {
  if (typeof body.thread_name !== 'string') {
    throw invalidForm(
      [],
      'WEBHOOKS_FORUM_REQUIRES_THREAD',
      'Webhooks posted to forum channels must have a thread_name or thread_id',
    );
  }
  return createThread(simulation, {
    parent: forum,
    ownerId: simulation.botUserId,
    name: body.thread_name,
    type: ChannelType.PublicThread,
  });
}

function ownMessage(simulation: Simulation, request: RestRequest, webhook: Webhook): Message {
  const message = targetChannel(simulation, request, webhook).messages.get(request.params.messageOrOriginal ?? '');
  if (!message || message.webhookAuthor?.id !== webhook.id) throw refuse('unknownMessage');
  return message;
}
