import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { classifyFailure } from '../../src/completions/classify.ts';
import { CompletionError } from '../../src/completions/errors.ts';
import { factsOf } from './support.ts';

function classified(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
  { hasSystemMessage = true, hasPictures = false } = {},
) {
  return classifyFailure({
    status,
    headers: new Headers(headers),
    body: typeof body === 'string' ? body : JSON.stringify(body),
    hasSystemMessage,
    hasPictures,
    now: 0,
  });
}
const kindOf = (status: number, body: unknown) => classified(status, body).kind;

const CLASSIC =
  "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens (2000 in the messages, 7000 in the completion). Please reduce the length of the messages or completion.";
const NEWER =
  "You passed 20000 input tokens and requested 7000 output tokens. However, the model's context length is only 16,384 tokens, resulting in a maximum input length of 9384 tokens.";
const WRAPPED = `litellm.BadRequestError: litellm.ContextWindowExceededError: OpenAIException - {'message': "${CLASSIC}"}\nReceived Model Group=x`;
const WRAPPED_ALONE = 'litellm.ContextWindowExceededError: prompt is too long\nReceived Model Group=x';
const SYSTEM_ROLE =
  'litellm.APIError: APIError: OpenAIException - Internal Server Error\nReceived Model Group=Midnight-Miqu-70B-v1.5\nAvailable Model Group Fallbacks=None';

const wrappers: [string, (message: string) => unknown][] = [
  ['error object', (message) => ({ error: { message, type: null, param: null, code: '400' } })],
  ['error with a number', (message) => ({ error: { message, type: 'auth_error', param: 'None', code: 400 } })],
  ['error text', (message) => ({ error: message })],
  ['message that is an object', (message) => ({ error: { message: { error: message } } })],
  ['bare engine object', (message) => ({ object: 'error', message, type: 'BadRequestError', param: null, code: 400 })],
  ['detail text', (message) => ({ detail: message })],
  ['detail object', (message) => ({ detail: { error: message } })],
  ['detail of an error object', (message) => ({ detail: { error: { message } } })],
  ['detail list', (message) => ({ detail: [{ loc: ['body'], msg: 'x', type: 'y' }, { msg: message }] })],
  ['plain text', (message) => message],
];

describe.each(wrappers)('in the wrapper "%s"', (_name, wrap) => {
  test.each([
    [CLASSIC, 'context-overflow', 8192],
    [NEWER, 'context-overflow', 16384],
    [WRAPPED, 'context-overflow', 8192],
    [WRAPPED_ALONE, 'context-overflow', undefined],
    ['Conversation roles must alternate user/assistant/user/assistant/...', 'roles-must-alternate', undefined],
    [
      'After the optional system message, conversation roles must alternate user/assistant',
      'roles-must-alternate',
      undefined,
    ],
    ['System role not supported', 'system-role-refused', undefined],
    ['Invalid model name passed in', 'model-missing', undefined],
    ['The model `x` does not exist.', 'model-missing', undefined],
    ['top_k must be -1 (disable), or at least 1, got 0.', 'refused', undefined],
  ])('reads a 400 "%s" as %s', (message, kind, contextLength) => {
    const error = classified(400, wrap(message));
    expect([error.kind, error.contextLength, error.isRetryable]).toEqual([kind, contextLength, false]);
  });
});

describe('the status', () => {
  test.each([
    [400, 'refused', false],
    [401, 'unauthorized', true],
    [402, 'payment', false],
    [403, 'forbidden', false],
    [404, 'model-missing', false],
    [408, 'unavailable', true],
    [413, 'refused', false],
    [422, 'refused', false],
    [429, 'rate-limited', true],
    [500, 'unavailable', true],
    [502, 'unavailable', true],
    [503, 'unavailable', true],
    [504, 'unavailable', true],
    [529, 'unavailable', true],
  ])('%i is %s (retryable: %s), whatever code the body claims', (status, kind, isRetryable) => {
    expect(factsOf(classified(status, { error: { message: 'x', code: '418' } }))).toEqual({
      error: kind,
      status,
      isRetryable,
    });
  });

  test.each(['400', 400])('of a 200 answer is the code %p of its body', (code) => {
    expect(factsOf(classified(200, { error: { message: 'x', code } }))).toEqual({
      error: 'refused',
      status: 400,
      isRetryable: false,
    });
  });

  test('with a web page means that something in between answered, except where the key or its budget is at stake', () => {
    const page = '\n<!DOCTYPE html><html>Bad gateway</html>';
    expect([403, 404, 502, 401, 429].map((status) => kindOf(status, page))).toEqual([
      'unavailable',
      'unavailable',
      'unavailable',
      'unauthorized',
      'rate-limited',
    ]);
  });
});

describe('the words', () => {
  test("a 500 with the gateway's whole formula means a refused system message, if there was one", () => {
    const body = { error: { message: SYSTEM_ROLE, type: null, param: null, code: '500' } };
    const with_ = classified(500, body);
    const without = classified(500, body, {}, { hasSystemMessage: false });
    const other = classified(500, { error: { message: SYSTEM_ROLE.replace('Internal Server Error', 'Timeout') } });
    expect([with_, without, other].map(({ kind, isRetryable }) => [kind, isRetryable])).toEqual([
      ['system-role-refused', false],
      ['unavailable', true],
      ['unavailable', true],
    ]);
  });

  test('a template refusal is known behind a 500 too', () => {
    expect(kindOf(500, { error: { message: 'Conversation roles must alternate' } })).toBe('roles-must-alternate');
  });

  test('a key without the model, or without money, is not a bad key', () => {
    expect([
      kindOf(401, { error: { message: 'x', type: 'key_model_access_denied', code: '401' } }),
      kindOf(400, { error: { message: 'x', type: 'budget_exceeded', code: '400' } }),
    ]).toEqual(['forbidden', 'payment']);
  });

  test('a limit that speaks of tokens is still a limit', () => {
    expect(factsOf(classified(429, CLASSIC))).toEqual({ error: 'rate-limited', status: 429, isRetryable: true });
  });

  test.each(['0', '12', '999999999999'])('a context length of %s is not believed', (length) => {
    expect(classified(400, `maximum context length is ${length} tokens`).contextLength).toBeUndefined();
  });
});

describe('pictures', () => {
  test.each([
    [
      400,
      'litellm.BadRequestError: OpenAIException - MythoMax-L2-13b is not a multimodal model\nReceived Model Group=x',
    ],
    [500, 'MythoMax-L2-13b is not a multimodal model'],
    [400, 'At most 0 image(s) may be provided in one prompt. (parameter=image)'],
    [400, 'At most 0 image(s) may be provided in one request.'],
    [500, 'image input is not supported - hint: if this is unexpected, you may need to provide the mmproj'],
    [404, 'No endpoints found that support image input'],
    [400, 'This model does not support image input'],
    [400, "This model doesn't support images."],
    [400, 'Invalid content type. image_url is only supported by certain models.'],
    [400, "messages.content.type is invalid, allowed values: ['text']"],
  ])('a %i "%s" refuses them, if there were some', (status, message) => {
    const body = { error: { message, type: null, param: null, code: String(status) } };
    const refused = classified(status, body, {}, { hasPictures: true });
    expect([refused.kind, refused.isRetryable, kindOf(status, body)]).toEqual([
      'pictures-refused',
      false,
      { 400: 'refused', 404: 'model-missing', 500: 'unavailable' }[status],
    ]);
  });

  test.each([
    'At most 1 image(s) may be provided in one prompt.',
    'Failed to load image: cannot identify image file',
    'top_k must be -1 (disable), or at least 1, got 0.',
  ])('a 400 "%s" is about something else', (message) => {
    expect(classified(400, { error: { message } }, {}, { hasPictures: true }).kind).toBe('refused');
  });

  test('that do not fit are too long, not refused', () => {
    expect(classified(400, CLASSIC, {}, { hasPictures: true }).kind).toBe('context-overflow');
  });
});

test('the error names wait and call, and nothing that the server wrote', () => {
  const error = classified(
    429,
    {
      error: {
        message:
          'Rate limit exceeded for api_key: 88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b. Limit type: requests. Current limit: 12, Remaining: 0.',
      },
    },
    { 'retry-after': '60', 'x-litellm-call-id': '0b1c2d3e-aaaa' },
  );
  expect([error.message, error.cause, error instanceof CompletionError]).toEqual([
    'completion failed: rate-limited (status 429, limit of requests, 12 requests per minute, retry after 60000 ms, call 0b1c2d3e-aaaa)',
    undefined,
    true,
  ]);
});

test('a call id that is no plain identifier is dropped', () => {
  expect(classified(500, '', { 'x-litellm-call-id': 'a b; <script>' }).callId).toBeUndefined();
});

test('any body of any status becomes an error without a word of it', () => {
  const anyBody = fc.oneof(
    fc.json(),
    fc.string(),
    fc.json().map((text) => `{"error":${text}}`),
  );
  fc.assert(
    fc.property(fc.integer({ min: 400, max: 599 }), anyBody, (status, body) => {
      const error = classified(status, body);
      return error.status === status && /^completion failed: [a-z-]+ \(status \d+\)$/.test(error.message);
    }),
  );
});
