import { answerInteraction, editAnswer, followUp, isAlive } from '../interaction-answers.ts';
import { interactionOfToken, interactionToAcknowledge } from '../interactions.ts';
import { removeMessage } from '../messages.ts';
import { CallbackType, type Interaction, type Json, type Message, MessageFlag } from '../model.ts';
import { serializeMessage } from '../serialize/messages.ts';
import type { Simulation } from '../simulation.ts';
import { refuse } from './failure.ts';
import { noContent, ok, type RestAnswer, type RestRequest, type Route } from './router.ts';

export function interactionRoutes(simulation: Simulation): Route[] {
  return [
    {
      method: 'POST',
      template: '/interactions/:interaction/:token/callback',
      auth: 'none',
      handle: (request) => callback(simulation, request),
    },
  ];
}

function callback(simulation: Simulation, { params, query, body, files }: RestRequest): RestAnswer {
  const interaction = interactionToAcknowledge(simulation, params.interaction ?? '', params.token ?? '');
  const type = Number(body.type);
  const message = answerInteraction(simulation, interaction, {
    type,
    data: (body.data as Json | undefined) ?? {},
    files,
  });
  if (query.get('with_response') !== 'true') return noContent;
  return ok({
    interaction: {
      id: interaction.id,
      type: interaction.type,
      response_message_id: message?.id ?? null,
      response_message_loading: message !== undefined && (message.flags & MessageFlag.Loading) !== 0,
      response_message_ephemeral: message !== undefined && (message.flags & MessageFlag.Ephemeral) !== 0,
    },
    resource: {
      type,
      ...(message && type !== CallbackType.DeferredUpdate ? { message: serializeMessage(simulation, message) } : {}),
    },
  });
}

/** What `/webhooks/:application/:token` does for the token of an interaction. */
export function answersByToken(simulation: Simulation) {
  const interactionOf = ({ params }: RestRequest) => interactionOfToken(simulation, params.token ?? '');
  return {
    create(request: RestRequest): RestAnswer {
      const message = followUp(simulation, interactionOf(request), request.body, request.files);
      return ok(serializeMessage(simulation, message));
    },
    get(request: RestRequest): RestAnswer {
      return ok(serializeMessage(simulation, messageOf(simulation, interactionOf(request), request)));
    },
    edit(request: RestRequest): RestAnswer {
      const interaction = interactionOf(request);
      const message = messageOf(simulation, interaction, request);
      editAnswer(simulation, interaction, message, { body: request.body, files: request.files });
      return ok(serializeMessage(simulation, message));
    },
    remove(request: RestRequest): RestAnswer {
      removeMessage(simulation, messageOf(simulation, interactionOf(request), request));
      return noContent;
    },
  };
}

/** `@original`, or a message that this interaction made or changed. */
function messageOf(simulation: Simulation, interaction: Interaction, { params }: RestRequest): Message {
  const asked = params.messageOrOriginal;
  const original = interaction.originalMessage;
  const message =
    asked === '@original'
      ? original
      : [...interaction.messages, ...(original ? [original] : [])].find(({ id }) => id === asked);
  if (!message || !isAlive(simulation, message)) throw refuse('unknownMessage');
  return message;
}
