import { avatarAt, avatarUrl, hashOfUrl } from '../avatars.ts';
import { WEBHOOK_DEFAULT } from '../mentions.ts';
import { changesOf, partsOfNew } from '../message-body.ts';
import { addMessage, changeMessage, removeMessage } from '../messages.ts';
import {
  type Channel,
  ChannelType,
  type Json,
  type Message,
  MessageFlag,
  type Webhook,
  type WebhookAuthor,
} from '../model.ts';
import { serializeMessage } from '../serialize/messages.ts';
import type { Simulation } from '../simulation.ts';
import { requireOpenForDeletions, requireOpenForEdits, requireOpenForMessages } from '../thread-rules.ts';
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
        requireOpenForEdits(simulation, channel, undefined);
        const sending = sendingOf(simulation, channel, request, webhook);
        changeMessage(simulation, message, changesOf(simulation, message, sending));
        return ok(serializeMessage(simulation, message));
      }),
    },
    {
      method: 'DELETE',
      template: '/webhooks/:webhook/:token/messages/:messageOrOriginal',
      auth: 'none',
      handle: either(answers.remove, (request, webhook) => {
        const message = ownMessage(simulation, request, webhook);
        requireOpenForDeletions(simulation, existing(world.channels, message.channelId), undefined);
        removeMessage(simulation, message);
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

/** Components of a webhook that is not the app's are ignored unless `with_components` is asked for. */
function sendingOf(simulation: Simulation, channel: Channel, { body, files, query }: RestRequest, webhook: Webhook) {
  const takesComponents = webhook.applicationId === simulation.applicationId || query.get('with_components') === 'true';
  const { components: _, ...others } = body;
  return {
    channel,
    body: takesComponents ? body : others,
    files,
    mentionDefault: WEBHOOK_DEFAULT,
    authorId: undefined,
  };
}

function execute(simulation: Simulation, request: RestRequest, webhook: Webhook): RestAnswer {
  const { body, query } = request;
  if ((Number(body.flags ?? 0) & MessageFlag.Ephemeral) !== 0) {
    throw invalidForm(['flags'], 'MESSAGE_FLAGS_INVALID', `Flags ${MessageFlag.Ephemeral} cannot be set here.`);
  }
  const named = targetChannel(simulation, request, webhook);
  requireOpenForMessages(simulation, named, undefined);
  const channel = postOrThread(simulation, named, body);
  const message = addMessage(simulation, channel, {
    authorId: webhook.id,
    webhookAuthor: signatureOf(simulation, webhook, body),
    applicationId: webhook.applicationId ?? undefined,
    ...partsOfNew(simulation, sendingOf(simulation, channel, request, webhook)),
  });
  return query.get('wait') === 'true' ? ok(serializeMessage(simulation, message)) : noContent;
}

/** A picture that cannot be fetched is left out by Discord without a word; here an address of the CDN without one is noted. */
function signatureOf(simulation: Simulation, webhook: Webhook, { username, avatar_url: given }: Json): WebhookAuthor {
  const name = typeof username === 'string' ? username.trim() : webhook.name;
  if (typeof given !== 'string' || given === '') {
    const { id, avatarHash } = webhook;
    return { id, name, avatarHash, avatarUrl: avatarUrl(simulation, id, avatarHash) };
  }
  const { origin, pathname } = new URL(given);
  if (origin === simulation.origin && pathname.startsWith('/avatars/') && !avatarAt(simulation, pathname)) {
    simulation.violations.push(`a webhook shows no picture for ${pathname}`);
  }
  return { id: webhook.id, name, avatarHash: hashOfUrl(given), avatarUrl: given };
}

/** Where the message goes: in a forum to a new thread, unless one is named. */
function postOrThread(simulation: Simulation, named: Channel, body: Json): Channel {
  const isThreadNamed = typeof body.thread_name === 'string' && body.thread_name !== '';
  if (named.type === ChannelType.GuildForum) {
    if (!isThreadNamed) throw refuse('forumNeedsThread');
    return forumPost(simulation, named, String(body.thread_name));
  }
  if (!isThreadNamed) return named;
  const parent = simulation.world.channels.get(named.parentId ?? '');
  throw refuse(parent?.type === ChannelType.GuildForum ? 'forumNeedsOneThread' : 'onlyForumsTakeThreads');
}

function forumPost(simulation: Simulation, forum: Channel, name: string): Channel {
  return createThread(simulation, {
    parent: forum,
    ownerId: simulation.botUserId,
    name,
    type: ChannelType.PublicThread,
  });
}

function ownMessage(simulation: Simulation, request: RestRequest, webhook: Webhook): Message {
  const message = targetChannel(simulation, request, webhook).messages.get(request.params.messageOrOriginal ?? '');
  if (!message || message.webhookAuthor?.id !== webhook.id) throw refuse('unknownMessage');
  return message;
}
