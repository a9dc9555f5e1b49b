import type { CompletionRequest } from './events.ts';

/** The JSON body of a streamed completion. Settings that are undefined are left out of it. */
export function requestBody(request: CompletionRequest): string {
  const stop = request.stop?.filter((text) => text !== '') ?? [];
  return JSON.stringify({
    model: request.model,
    messages: request.messages.map(({ role, content }) => ({ role, content })),
    max_tokens: request.maxTokens,
    temperature: request.temperature,
    // The engine refuses 0, which elsewhere means off, and an empty stop string.
    top_k: request.topK === 0 ? -1 : request.topK,
    repetition_penalty: request.repetitionPenalty,
    top_p: request.topP,
    min_p: request.minP,
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
    stop: stop.length === 0 ? undefined : stop,
    stream: true,
    stream_options: { include_usage: true },
  });
}
