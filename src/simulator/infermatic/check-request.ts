import type { PlainAnswer, ReceivedCompletion } from './behaviour.ts';
import { errors } from './errors.ts';
import { readMessages, templateRefusal } from './messages.ts';
import type { SimulatedModel } from './models.ts';
import { firstParameterFault, unknownParameters } from './parameters.ts';
import { readPictures } from './pictures.ts';
import { templates } from './templates.ts';
import type { CountTokens } from './tokenizers.ts';

export interface CheckContext {
  models: readonly SimulatedModel[];
  unknownModel: 'invalid-name' | 'not-found';
  countTokens: CountTokens;
}

export interface Checked {
  refusal?: PlainAnswer;
  request?: ReceivedCompletion;
  promptTokens?: number;
}

export interface RawRequest {
  key: string;
  contentType: string | undefined;
  text: string;
}

type Parsed = { refusal: PlainAnswer } | { fields: Record<string, unknown> };

function parse({ contentType, text }: RawRequest): Parsed {
  if (!/^application\/json\s*(;|$)/i.test(contentType ?? '')) {
    return { refusal: { status: 415, body: { detail: `Unsupported media type: ${contentType ?? 'none'}` } } };
  }
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { fields: { ...body } };
    return { refusal: errors.validation([], 'Input should be a valid dictionary') };
  } catch {
    return { refusal: errors.liteLlm(400, 'Invalid JSON payload', 'invalid_request_error', 'None') };
  }
}

function findModel(
  name: unknown,
  { models, unknownModel }: CheckContext,
): { refusal: PlainAnswer } | { model: SimulatedModel } {
  if (typeof name !== 'string') return { refusal: errors.validation(['model'], 'Field required') };
  const model = models.find(({ id }) => id === name);
  if (!model) return { refusal: unknownModel === 'not-found' ? errors.modelNotFound(name) : errors.invalidModelName() };
  if (model.kind && model.kind !== 'chat') {
    return { refusal: errors.badRequest('The model does not support Chat Completions API', model.id) };
  }
  return { model };
}

function stopsOf(stop: unknown): string[] {
  if (typeof stop === 'string') return [stop];
  return Array.isArray(stop) ? stop.map(String) : [];
}

/**
 * Everything that can be wrong with a completion request, in the order in which gateway and engine find it:
 * form, model, unknown parameters, messages and their pictures, ranges, chat template, context length.
 */
export async function checkRequest(raw: RawRequest, context: CheckContext): Promise<Checked> {
  const parsed = parse(raw);
  if ('refusal' in parsed) return parsed;
  const body = parsed.fields;
  const found = findModel(body['model'], context);
  if ('refusal' in found) return found;
  const { model } = found;
  const unknown = unknownParameters(body);
  if (unknown.length > 0) return { refusal: errors.unsupportedParams(unknown, model.id) };
  const written = readMessages(body['messages']);
  if (typeof written === 'string') return { refusal: errors.badRequest(written, model.id) };
  const messages = written.map(({ message }) => message);
  const seen = readPictures(
    model,
    written.flatMap(({ pictureUrls }) => pictureUrls),
  );
  if ('refusal' in seen) return seen;
  const fault = firstParameterFault(body);
  if (fault) return { refusal: errors.badRequest(fault, model.id) };
  const templateFault = templateRefusal(model, messages);
  if (templateFault) return { refusal: templateFault };

  const textTokens = await context.countTokens(model.tokenizer, templates[model.template](messages));
  const promptTokens = seen.pictures.reduce((sum, { tokens }) => sum + tokens, textTokens);
  const asked = typeof body['max_tokens'] === 'number' ? body['max_tokens'] : undefined;
  const { contextLength } = model;
  if (promptTokens + (asked ?? 1) > contextLength) {
    const facts = { contextLength, promptTokens, maxTokens: asked ?? 0, model: model.id };
    return { refusal: errors.overflow(model.overflow, facts), promptTokens };
  }
  const options = body['stream_options'] as { include_usage?: boolean } | null | undefined;
  return {
    promptTokens,
    request: {
      key: raw.key,
      model,
      messages,
      pictures: seen.pictures,
      promptTokens,
      maxTokens: asked ?? contextLength - promptTokens,
      stop: stopsOf(body['stop']),
      stream: body['stream'] === true,
      includeUsage: options?.include_usage === true,
      body,
    },
  };
}
