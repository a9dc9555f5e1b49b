import { describe, expect, test } from '@jest/globals';
import { ask, hello, PLAIN_MODEL, readJson, withSimulator } from './support.ts';

const messageOf = (body: unknown) => {
  const { error, detail } = body as { error?: { message: string }; detail?: unknown };
  return error ? error.message.split('\n')[0] : detail;
};

const badRequest = (message: string) => `litellm.BadRequestError: OpenAIException - ${message}`;

describe('a parameter out of its range is refused', () => {
  test.each([
    [{ max_tokens: 0 }, 'max_tokens must be at least 1, got 0.'],
    [{ max_tokens: 1.5 }, 'max_tokens must be at least 1, got 1.5.'],
    [{ temperature: -0.1 }, 'temperature must be non-negative, got -0.1.'],
    [{ temperature: '1' }, 'temperature must be non-negative, got "1".'],
    [{ top_p: 0 }, 'top_p must be in (0, 1], got 0.'],
    [{ top_p: 1.01 }, 'top_p must be in (0, 1], got 1.01.'],
    [{ top_k: 0 }, 'top_k must be -1 (disable), or at least 1, got 0.'],
    [{ top_k: -2 }, 'top_k must be -1 (disable), or at least 1, got -2.'],
    [{ min_p: 1.5 }, 'min_p must be in [0, 1], got 1.5.'],
    [{ presence_penalty: 2.1 }, 'presence_penalty must be in [-2, 2], got 2.1.'],
    [{ frequency_penalty: -2.1 }, 'frequency_penalty must be in [-2, 2], got -2.1.'],
    [{ repetition_penalty: 0.9 }, 'repetition_penalty must be at least 1.0, got 0.9.'],
    [{ seed: -1 }, 'seed must be a non-negative integer, got -1.'],
    [{ n: 2 }, 'n must be 1 for chat, got 2.'],
    [{ stop: ['a', ''] }, 'stop must be a non-empty string, or a list of them, got ["a",""].'],
    [{ stream: 'yes' }, 'stream must be a boolean, got "yes".'],
    [
      { stream: true, stream_options: { include: true } },
      'stream_options must be an object of booleans, got {"include":true}.',
    ],
    [{ stream_options: { include_usage: true } }, 'Stream options can only be defined when stream is True.'],
  ])('%j', (parameters, message) =>
    withSimulator({}, async (api) => {
      const response = await ask(api, parameters);
      expect([response.status, messageOf(await response.json())]).toEqual([400, badRequest(message)]);
    }),
  );
});

test('the edges of the ranges are allowed, and null is absent', () =>
  withSimulator({}, async (api) => {
    const edges = [
      { temperature: 0, top_p: 1, top_k: -1, min_p: 0, presence_penalty: -2, frequency_penalty: 2 },
      { repetition_penalty: 1, top_k: 1, min_p: 1, max_tokens: 1, min_tokens: 0, seed: 0, n: 1 },
      { temperature: null, top_k: null, stop: null, stream: null, stop_token: undefined },
      { max_tokens: 700, temperature: 0.7, top_k: 40, repetition_penalty: 1.2, stop: ['\nUser:'] },
    ];
    for (const parameters of edges) expect((await ask(api, parameters)).status).toBe(200);
  }));

describe('messages that have no valid form are refused', () => {
  test.each([
    [undefined, 'messages must be a list'],
    [[], 'messages must not be empty'],
    [['hi'], 'messages[0] must be an object'],
    [[{ role: 'bot', content: 'hi' }], 'messages[0] has an unexpected role: "bot"'],
    [[{ role: 'user' }], 'messages[0] must have content, a string or a list of text and image_url parts'],
    [
      [{ role: 'user', content: null }],
      'messages[0] must have content, a string or a list of text and image_url parts',
    ],
    [[{ role: 'user', content: [] }], 'messages[0] must have content, a string or a list of text and image_url parts'],
    [
      [{ role: 'user', content: [{ type: 'image_url', image_url: 'data:' }] }],
      'messages[0] must have content, a string or a list of text and image_url parts',
    ],
    [[...hello.messages, { role: 'user', content: 'x', id: 1 }], 'messages[1] has unknown keys: id'],
    [[{ role: 'user', content: 'x', name: '' }], 'messages[0] must have a non-empty name, or none'],
  ])('%j', (messages, message) =>
    withSimulator({}, async (api) => {
      const response = await ask(api, { messages });
      expect([response.status, messageOf(await response.json())]).toEqual([400, badRequest(message)]);
    }),
  );
});

test('content may be a list of text parts, and a message may have a name', () =>
  withSimulator({}, async (api) => {
    const parts = [
      { type: 'text', text: 'one' },
      { type: 'text', text: 'two' },
    ];
    const { choices } = await readJson(await ask(api, { messages: [{ role: 'user', content: parts, name: 'Ada' }] }));
    expect(choices?.[0]?.message?.content).toContain('"one two"');
  }));

describe('what is wrong before the parameters', () => {
  test.each([
    ['text/plain', JSON.stringify(hello), 415, 'Unsupported media type: text/plain'],
    ['application/json', '{"model":', 400, 'Invalid JSON payload'],
    [
      'application/json',
      '[]',
      422,
      [{ type: 'value_error', loc: ['body'], msg: 'Input should be a valid dictionary' }],
    ],
    ['application/json', '{}', 422, [{ type: 'value_error', loc: ['body', 'model'], msg: 'Field required' }]],
    ['application/json', '{"model":"gpt-4"}', 400, { error: 'Invalid model name passed in' }],
    [
      'application/json; charset=utf-8',
      JSON.stringify({ ...hello, dry_multiplier: 0.8, xtc_threshold: 0 }),
      400,
      `litellm.UnsupportedParamsError: openai does not support parameters: ['dry_multiplier', 'xtc_threshold'], for model=${PLAIN_MODEL}. To drop these, set \`litellm.drop_params=True\` or for proxy: \`litellm_settings: drop_params: true\``,
    ],
  ])('%s %s answers %i', (contentType, body, status, message) =>
    withSimulator({}, async (api) => {
      const headers = { authorization: `Bearer ${api.key}`, 'content-type': contentType };
      const response = await ask(api, {}, { headers, body });
      expect([response.status, messageOf(await response.json())]).toEqual([status, message]);
    }),
  );
});

test('an unknown model may also be a 404 of the engine', () =>
  withSimulator({ unknownModel: 'not-found' }, async (api) => {
    const response = await ask(api, { model: 'mythomax-l2-13b' });
    expect([response.status, await response.json()]).toEqual([
      404,
      {
        object: 'error',
        message: 'The model `mythomax-l2-13b` does not exist.',
        type: 'NotFoundError',
        param: null,
        code: 404,
      },
    ]);
  }));
