import { createHash } from 'node:crypto';
import type { PlainAnswer } from './behaviour.ts';
import type { OverflowKind } from './models.ts';

interface OverflowFacts {
  contextLength: number;
  promptTokens: number;
  /** 0 when the request did not say. */
  maxTokens: number;
  model: string;
}

/** Seconds, any text, a date as HTTP writes it, or no header at all. */
type RetryAfter = number | string | Date | null;

interface LimitFacts {
  key: string;
  kind: 'requests' | 'tokens' | 'max_parallel_requests';
  limit: number;
  /** Unix milliseconds. */
  now: number;
  wrapper: 'error' | 'detail';
}

const WINDOW_SECONDS = 60;
const DEFAULT_KEY = 'sk-simulated';
const DEFAULT_MODEL = 'Meta-Llama-3-70B-Instruct';

export const hashOf = (key: string) => createHash('sha256').update(key).digest('hex');
const tailOf = (key: string) => `sk-...${key.slice(-4)}`;
const group = (model: string) => `\nReceived Model Group=${model}\nAvailable Model Group Fallbacks=None`;

/** LiteLLM's usual wrapper: the code is the status as a string. */
function liteLlm(
  status: number,
  message: string,
  type: string | null = null,
  param: string | null = null,
): PlainAnswer {
  return { status, body: { error: { message, type, param, code: String(status) } } };
}

const unauthorizedBodies = {
  /** Key tail and hash stand in the message, as on the real wire: nothing of it may reach a person. */
  'token-not-found': (key: string) =>
    liteLlm(
      401,
      `Authentication Error, Invalid proxy server token passed. Received API Key = ${tailOf(key)}, Key Hash (Token) =${hashOf(key)}. Unable to find token in cache or \`LiteLLM_VerificationTokenTable\``,
      'token_not_found_in_db',
      'key',
    ),
  /** `"None"` is a string and the code an integer in this one. */
  'auth-error': (key: string): PlainAnswer => ({
    status: 401,
    body: {
      error: {
        message: `Authentication Error, Invalid api key passed: ${tailOf(key)}`,
        type: 'auth_error',
        param: 'None',
        code: 401,
      },
    },
  }),
  'no-key': () => liteLlm(401, 'Authentication Error, No api key passed in.', 'auth_error', 'None'),
  'word-code': (key: string): PlainAnswer => ({
    status: 401,
    body: {
      error: {
        message: `litellm.AuthenticationError: OpenAIException - Incorrect API key provided: ${tailOf(key)}`,
        type: 'invalid_request_error',
        param: null,
        code: 'invalid_api_key',
      },
    },
  }),
};

function retryAfterHeader(retryAfter: RetryAfter): Record<string, string> {
  if (retryAfter === null) return {};
  return { 'retry-after': retryAfter instanceof Date ? retryAfter.toUTCString() : String(retryAfter) };
}

function rateLimited(retryAfter: RetryAfter = WINDOW_SECONDS, facts: Partial<LimitFacts> = {}): PlainAnswer {
  const { key = DEFAULT_KEY, kind = 'requests', limit = 60, now = Date.now(), wrapper = 'error' } = facts;
  const resetAt = `${new Date(now + WINDOW_SECONDS * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  const message = `Rate limit exceeded for api_key: ${hashOf(key)}. Limit type: ${kind}. Current limit: ${limit}, Remaining: 0. Limit resets at: ${resetAt}`;
  const answer =
    wrapper === 'error' ? liteLlm(429, message, 'throttling_error') : { status: 429, body: { detail: message } };
  return {
    ...answer,
    headers: { ...retryAfterHeader(retryAfter), rate_limit_type: kind, reset_at: resetAt },
  };
}

function overflow(kind: OverflowKind = 'vllm', facts: Partial<OverflowFacts> = {}): PlainAnswer {
  const { contextLength = 8192, promptTokens = 8000, maxTokens = 1000, model = DEFAULT_MODEL } = facts;
  const requested =
    maxTokens === 0
      ? `${promptTokens} tokens in the messages, Please reduce the length of the messages.`
      : `${promptTokens + maxTokens} tokens (${promptTokens} in the messages, ${maxTokens} in the completion). Please reduce the length of the messages or completion.`;
  const classic = `This model's maximum context length is ${contextLength} tokens. However, you requested ${requested}`;
  if (kind === 'vllm') return engine(400, classic);
  if (kind === 'litellm') {
    const wrapped = `litellm.BadRequestError: litellm.ContextWindowExceededError: ContextWindowExceededError: OpenAIException - ${classic}`;
    return liteLlm(400, wrapped + group(model));
  }
  const message = `You passed ${promptTokens} input tokens and requested ${maxTokens} output tokens. However, the model's context length is only ${contextLength} tokens, resulting in a maximum input length of ${Math.max(0, contextLength - maxTokens)} tokens. Please reduce the length of the input messages. (parameter=input_tokens, value=${promptTokens})`;
  return { status: 400, body: { error: { message, type: 'BadRequestError', param: 'input_tokens', code: 400 } } };
}

/** The engine's own body, which has no `error` around it. */
function engine(status: number, message: string, type = 'BadRequestError'): PlainAnswer {
  return { status, body: { object: 'error', message, type, param: null, code: status } };
}

const html = (status: number, title: string): PlainAnswer => ({
  status,
  contentType: 'text/html; charset=utf-8',
  body: `<html>\r\n<head><title>${status} ${title}</title></head>\r\n<body>\r\n<center><h1>${status} ${title}</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n`,
});

const internal = (model = DEFAULT_MODEL) =>
  liteLlm(500, `litellm.APIError: APIError: OpenAIException - Internal Server Error${group(model)}`);

const badRequest = (message: string, model = DEFAULT_MODEL) =>
  liteLlm(400, `litellm.BadRequestError: OpenAIException - ${message}${group(model)}`);

/** Answers in the shapes that were seen on the real wire, for `next`, `fail` and `failModels`. */
export const errors = {
  liteLlm,
  engine,
  html,
  rateLimited,
  overflow,
  internal,
  unauthorized: (kind: keyof typeof unauthorizedBodies = 'token-not-found', key = DEFAULT_KEY) =>
    unauthorizedBodies[kind](key),
  /** The same body as any fault of the model server: only the request tells them apart. */
  systemRoleRefused: internal,
  badRequest,
  rolesMustAlternate: (afterSystem = false, model = DEFAULT_MODEL) =>
    badRequest(
      afterSystem
        ? 'After the optional system message, conversation roles must alternate user/assistant/user/assistant/...'
        : 'Conversation roles must alternate user/assistant/user/assistant/...',
      model,
    ),
  unsupportedParams: (names: readonly string[], model = DEFAULT_MODEL) =>
    liteLlm(
      400,
      `litellm.UnsupportedParamsError: openai does not support parameters: [${names.map((name) => `'${name}'`).join(', ')}], for model=${model}. To drop these, set \`litellm.drop_params=True\` or for proxy: \`litellm_settings: drop_params: true\``,
    ),
  /** The words also stand for the limit of open requests: then `rpm` is below `limit`. */
  olderRateLimited: ({ rpm = 12, limit = 12 } = {}): PlainAnswer => ({
    status: 429,
    body: {
      detail: `LiteLLM Rate Limit Handler for rate limit type = key. Crossed TPM, RPM Limit. current rpm: ${rpm}, rpm limit: ${limit}, current tpm: 0, tpm limit: 9223372036854775807`,
    },
  }),
  olderParallelLimited: (): PlainAnswer => ({ status: 429, body: { detail: 'Max parallel request limit reached' } }),
  /** As the engine says it, once it has a model without eyes, and once it was started to take no pictures. */
  picturesRefused: (model = DEFAULT_MODEL, kind: 'not-multimodal' | 'none-allowed' = 'not-multimodal') =>
    badRequest(
      kind === 'not-multimodal'
        ? `${model} is not a multimodal model`
        : 'At most 0 image(s) may be provided in one prompt. (parameter=image)',
      model,
    ),
  paymentRequired: () => liteLlm(402, 'Payment required'),
  keyModelAccessDenied: (model = DEFAULT_MODEL) =>
    liteLlm(
      403,
      `key not allowed to access model. This key can only access models=['free']. Tried to access ${model}`,
      'key_model_access_denied',
      'model',
    ),
  invalidModelName: (): PlainAnswer => ({ status: 400, body: { detail: { error: 'Invalid model name passed in' } } }),
  modelNotFound: (model = DEFAULT_MODEL) => engine(404, `The model \`${model}\` does not exist.`, 'NotFoundError'),
  validation: (location: readonly string[], message: string): PlainAnswer => ({
    status: 422,
    body: { detail: [{ type: 'value_error', loc: ['body', ...location], msg: message }] },
  }),
  timeout: (model = DEFAULT_MODEL) => liteLlm(408, `litellm.Timeout: Request timed out.${group(model)}`, 'timeout'),
  noModelLoaded: (): PlainAnswer => ({ status: 500, body: { status: 'error', message: 'No model loaded.' } }),
  serviceUnavailable: (model = DEFAULT_MODEL) =>
    liteLlm(503, `litellm.ServiceUnavailableError: No deployments available for selected model, passed model=${model}`),
  badGatewayHtml: () => html(502, 'Bad Gateway'),
  gatewayTimeoutHtml: () => html(504, 'Gateway Time-out'),
};
