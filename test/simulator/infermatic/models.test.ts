import { expect, test } from '@jest/globals';
import { defaultModels, errors, type SimulatedModel } from '../../../src/simulator/infermatic/index.ts';
import { ask, PLAIN_MODEL, withSimulator } from './support.ts';

const get = (url: string, key = 'sk-simulated') => fetch(url, { headers: { authorization: `Bearer ${key}` } });

test('the list has the shape of LiteLLM and tells no context lengths', () =>
  withSimulator({}, async (api) => {
    const response = await get(`${api.url}/models`);
    const list = (await response.json()) as { object: string; data: { id: string }[] };
    expect(list.object).toBe('list');
    expect(list.data[0]).toEqual({
      id: 'Meta-Llama-3-70B-Instruct',
      object: 'model',
      created: 1_677_610_602,
      owned_by: 'openai',
    });
    expect(list.data.map(({ id }) => id)).toEqual(defaultModels.map(({ id }) => id));
  }));

test.each([
  ['Meta-Llama-3-70B-Instruct', 6000, 'llama3'],
  ['L3-MS-Astoria-70b', 8000, 'llama3'],
  ['Smaug-Llama-3-70B-Instruct-32K', 26_000, 'llama3'],
  ['Mixtral-8x7B-Instruct-v0.1', 32_000, 'mistral'],
  ['Midnight-Miqu-70B-v1.5', 16_000, 'llama2'],
  ['Miquliz-120b-v2.0-FP8-dynamic', 16_000, 'llama2'],
  ['Noromaid-v0.1-mixtral-8x7b-Instruct-v3', 30_000, 'mistral'],
  ['WizardLM-2-8x22B', 16_000, 'mistral'],
  ['deepseek-coder-33b-instruct', 16_384, 'other'],
  ['MythoMax-L2-13b', 4096, 'llama2'],
])('%s of the first documentation is served with %i tokens', (id, contextLength, tokenizer) => {
  expect(defaultModels.filter((model) => model.id === id)).toEqual([
    expect.objectContaining({ contextLength, tokenizer }),
  ]);
});

test('no two default models share an id', () => {
  expect(new Set(defaultModels.map(({ id }) => id)).size).toBe(defaultModels.length);
});

test('listing spends none of the requests per minute', () =>
  withSimulator({ keys: { 'sk-one': { requestsPerMinute: 1 } } }, async (api) => {
    for (let time = 0; time < 3; time++) {
      const response = await get(`${api.url}/models`, api.key);
      expect(response.status).toBe(200);
      await response.text();
    }
    expect((await ask(api)).status).toBe(200);
    expect((await ask(api)).status).toBe(429);
  }));

test('the list can change while the server runs', () =>
  withSimulator({}, async (api) => {
    const only: SimulatedModel = { id: 'only', contextLength: 100, tokenizer: 'llama2', template: 'alpaca' };
    api.setModels([only]);
    expect(await (await get(`${api.url}/models`)).json()).toMatchObject({ data: [{ id: 'only' }] });
    expect((await ask(api, { model: 'only' })).status).toBe(200);
    expect((await ask(api, { model: PLAIN_MODEL })).status).toBe(400);
  }));

test('the list can fail in every way, and come back', () =>
  withSimulator({}, async (api) => {
    const answers = [
      [errors.internal(), 500, 'application/json', /Internal Server Error/],
      [errors.badGatewayHtml(), 502, 'text/html; charset=utf-8', /^<html>/],
      [{ status: 200, body: { object: 'list', data: [] } }, 200, 'application/json', /"data":\[\]/],
      [
        { status: 200, body: '{"data":[{', contentType: 'application/json' },
        200,
        'application/json',
        /^\{"data":\[\{$/,
      ],
      [{ status: 200, body: '' }, 200, 'text/plain; charset=utf-8', /^$/],
    ] as const;
    for (const [answer, status, contentType, text] of answers) {
      api.failModels(answer);
      const response = await get(`${api.url}/models`);
      expect([response.status, response.headers.get('content-type')]).toEqual([status, contentType]);
      expect(await response.text()).toMatch(text);
    }
    api.failModels(undefined);
    expect((await get(`${api.url}/models`)).status).toBe(200);
  }));

test('the list can be enormous, repeat itself, and hold absurd ids', () =>
  withSimulator({}, async (api) => {
    const like = (id: string): SimulatedModel => ({ id, contextLength: 100, tokenizer: 'llama2', template: 'alpaca' });
    const absurd = ['', ' ', 'twice', 'twice', '../../etc', '@everyone', 'x'.repeat(10_000), '\u202egnp.exe', 'a\nb'];
    const ids = [...absurd, ...Array.from({ length: 100_000 }, (_, number) => `model-${number}`)];
    api.setModels(ids.map(like));
    const { data } = (await (await get(`${api.url}/models`)).json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toEqual(ids);
    expect((await ask(api, { model: 'model-99999' })).status).toBe(200);
  }));

test('a list that never comes is cut off by closing the server', async () => {
  let answer: Promise<unknown> = Promise.resolve();
  await withSimulator({}, async (api) => {
    api.failModels('hang');
    answer = get(`${api.url}/models`).catch((error: Error) => error.name);
    await new Promise((resolve) => api.on(resolve));
  });
  expect(await answer).toBe('TypeError');
});

test.each([
  ['GET', '/v1/model', 404, { detail: 'Not Found' }],
  ['GET', '/models', 404, { detail: 'Not Found' }],
  ['POST', '/v1/v1/chat/completions', 404, { detail: 'Not Found' }],
  ['POST', '/v1/models', 405, { detail: 'Method Not Allowed' }],
  ['GET', '/v1/chat/completions', 405, { detail: 'Method Not Allowed' }],
])('%s %s answers %i', (method, path, status, body) =>
  withSimulator({}, async (api) => {
    const response = await fetch(new URL(path, api.url), { method });
    expect([response.status, await response.json()]).toEqual([status, body]);
  }),
);

test('a wrong key is refused with its tail and its hash in the text, none at all in plain words', () =>
  withSimulator({}, async (api) => {
    const wrong = await get(`${api.url}/models`, 'sk-a-wrong-key-7781');
    expect(wrong.status).toBe(401);
    expect(await wrong.json()).toEqual({
      error: {
        message:
          'Authentication Error, Invalid proxy server token passed. Received API Key = sk-...7781, Key Hash (Token) =e071a375371c12df6730118f219b5ee710aae373708be1234dfedf78b4081220' +
          '. Unable to find token in cache or `LiteLLM_VerificationTokenTable`',
        type: 'token_not_found_in_db',
        param: 'key',
        code: '401',
      },
    });
    const none = await fetch(`${api.url}/models`);
    expect([none.status, await none.json()]).toEqual([
      401,
      {
        error: {
          message: 'Authentication Error, No api key passed in.',
          type: 'auth_error',
          param: 'None',
          code: '401',
        },
      },
    ]);
    expect(api.log.map(({ key, status }) => ({ key, status }))).toEqual([
      { key: 'sk-a-wrong-key-7781', status: 401 },
      { key: undefined, status: 401 },
    ]);
  }));
