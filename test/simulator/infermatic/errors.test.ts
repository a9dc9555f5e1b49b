import { describe, expect, test } from '@jest/globals';
import { errors } from '../../../src/simulator/infermatic/index.ts';
import { ask, stream, withSimulator } from './support.ts';

const group = 'Received Model Group=m\nAvailable Model Group Fallbacks=None';

describe('each error arrives as it was seen on the real wire', () => {
  test.each([
    [
      'auth_error',
      errors.unauthorized('auth-error', 'sk-12345678'),
      401,
      {
        error: {
          message: 'Authentication Error, Invalid api key passed: sk-...5678',
          type: 'auth_error',
          param: 'None',
          code: 401,
        },
      },
    ],
    [
      'a word for a code',
      errors.unauthorized('word-code', 'sk-12345678'),
      401,
      {
        error: {
          message: 'litellm.AuthenticationError: OpenAIException - Incorrect API key provided: sk-...5678',
          type: 'invalid_request_error',
          param: null,
          code: 'invalid_api_key',
        },
      },
    ],
    [
      'the older rate limit',
      errors.olderRateLimited(),
      429,
      { detail: expect.stringMatching(/^LiteLLM Rate Limit Handler .* current rpm: 12/) },
    ],
    [
      'the older rate limit that means open requests',
      errors.olderRateLimited({ rpm: 1, limit: 15 }),
      429,
      { detail: expect.stringMatching(/current rpm: 1, rpm limit: 15, current tpm: 0/) },
    ],
    [
      'pictures, where none are allowed',
      errors.picturesRefused('m', 'none-allowed'),
      400,
      {
        error: expect.objectContaining({
          message: `litellm.BadRequestError: OpenAIException - At most 0 image(s) may be provided in one prompt. (parameter=image)\n${group}`,
        }),
      },
    ],
    ['the older parallel limit', errors.olderParallelLimited(), 429, { detail: 'Max parallel request limit reached' }],
    [
      'a rate limit in a detail',
      errors.rateLimited(60, { wrapper: 'detail' }),
      429,
      { detail: expect.stringMatching(/^Rate limit exceeded for api_key: [0-9a-f]{64}\. Limit type: requests/) },
    ],
    ['credits', errors.paymentRequired(), 402, { error: expect.objectContaining({ code: '402' }) }],
    [
      'the plan',
      errors.keyModelAccessDenied('m'),
      403,
      { error: expect.objectContaining({ type: 'key_model_access_denied' }) },
    ],
    [
      'a timeout',
      errors.timeout('m'),
      408,
      { error: expect.objectContaining({ message: `litellm.Timeout: Request timed out.\n${group}` }) },
    ],
    [
      'the bare body of the engine',
      errors.engine(400, 'No.'),
      400,
      { object: 'error', message: 'No.', type: 'BadRequestError', param: null, code: 400 },
    ],
    ['an engine without a model', errors.noModelLoaded(), 500, { status: 'error', message: 'No model loaded.' }],
    [
      'no deployment',
      errors.serviceUnavailable('m'),
      503,
      { error: expect.objectContaining({ code: '503', message: expect.stringContaining('No deployments available') }) },
    ],
    [
      'overflow, classic',
      errors.overflow('vllm'),
      400,
      expect.objectContaining({
        object: 'error',
        message:
          "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens (8000 in the messages, 1000 in the completion). Please reduce the length of the messages or completion.",
      }),
    ],
    [
      'overflow, newer',
      errors.overflow('vllm-0.16'),
      400,
      {
        error: {
          message: expect.stringMatching(
            /^You passed 8000 input tokens and requested 1000 output tokens\. However, the model's context length is only 8192 tokens, resulting in a maximum input length of 7192 tokens\./,
          ),
          type: 'BadRequestError',
          param: 'input_tokens',
          code: 400,
        },
      },
    ],
    [
      'overflow, wrapped',
      errors.overflow('litellm', { model: 'm' }),
      400,
      {
        error: {
          message: expect.stringMatching(
            /^litellm\.BadRequestError: litellm\.ContextWindowExceededError: .*\nReceived Model Group=m/,
          ),
          type: null,
          param: null,
          code: '400',
        },
      },
    ],
  ] as const)('%s', (_, answer, status, body) =>
    withSimulator({}, async (api) => {
      api.next(answer, answer);
      for (const response of [await ask(api), await stream(api)]) {
        expect([response.status, response.headers.get('content-type')]).toEqual([status, 'application/json']);
        expect(await response.json()).toEqual(body);
      }
    }),
  );

  test.each([
    [errors.badGatewayHtml(), '502 Bad Gateway'],
    [errors.gatewayTimeoutHtml(), '504 Gateway Time-out'],
  ])('the edge answers in HTML', (answer, title) =>
    withSimulator({}, async (api) => {
      api.next(answer);
      const response = await stream(api);
      expect([response.status, response.headers.get('content-type')]).toEqual([
        answer.status,
        'text/html; charset=utf-8',
      ]);
      expect(await response.text()).toContain(`<h1>${title}</h1>`);
    }),
  );
});
