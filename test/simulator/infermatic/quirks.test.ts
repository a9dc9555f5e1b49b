import { describe, expect, test } from '@jest/globals';
import { ask, contentOf, readEvents, readJson, stream, withSimulator } from './support.ts';

const system = { role: 'system', content: 'You are Ada.' };
const user = { role: 'user', content: 'Hello' };
const assistant = { role: 'assistant', content: 'Hi' };

const statusAndText = async (response: Response) => [response.status, await response.text()] as const;

test.each([['Midnight-Miqu-70B-v1.5'], ['TheDrummer-Rocinante-12B-v1.1'], ['TheDrummer-Anubis-70B-v1-FP8-Dynamic']])(
  '%s answers a system message with a fault of the server, and takes the rest',
  (model) =>
    withSimulator({}, async (api) => {
      const refused = await ask(api, { model, messages: [system, user] });
      expect([refused.status, await refused.json()]).toEqual([
        500,
        {
          error: {
            message: `litellm.APIError: APIError: OpenAIException - Internal Server Error\nReceived Model Group=${model}\nAvailable Model Group Fallbacks=None`,
            type: null,
            param: null,
            code: '500',
          },
        },
      ]);
      expect((await ask(api, { model, messages: [user, user] })).status).toBe(200);
    }),
);

describe('alternation', () => {
  const strict = 'Mixtral-8x7B-Instruct-v0.1';
  const afterSystem = 'prometheus-eval-prometheus-7b-v2.0';
  test.each([
    [strict, [user], 200],
    [strict, [user, assistant, user], 200],
    [strict, [user, user], 400],
    [strict, [assistant, user], 400],
    [strict, [system, user], 400],
    [afterSystem, [system, user, assistant, user], 200],
    [afterSystem, [user, assistant], 200],
    [afterSystem, [system, user, user], 400],
    [afterSystem, [user, system], 400],
  ])('%s: %j answers %i', (model, messages, status) =>
    withSimulator({}, async (api) => {
      const [answered, text] = await statusAndText(await ask(api, { model, messages }));
      expect(answered).toBe(status);
      if (status === 200) return;
      const words =
        model === strict ? 'Conversation roles must' : 'After the optional system message, conversation roles must';
      expect(text).toContain(`${words} alternate user/assistant/user/assistant/...`);
    }),
  );
});

test('Mixtral begins with a space, ends with eos_token and calls itself by another name', () =>
  withSimulator({}, async (api) => {
    const model = 'Mixtral-8x7B-Instruct-v0.1';
    api.next('Fine.', { reply: ['Exactly', ' this.'] });
    const first = await readJson(await ask(api, { model }));
    expect([first.model, first.choices]).toEqual([
      'mistralai/Mixtral-8x7B-Instruct-v0.1',
      [
        expect.objectContaining({
          finish_reason: 'eos_token',
          message: expect.objectContaining({ content: ' Fine.' }),
        }),
      ],
    ]);
    const events = await readEvents(await stream(api, { model }));
    expect([contentOf(events), new Set(events.map((event) => event.model))]).toEqual([
      'Exactly this.',
      new Set(['mistralai/Mixtral-8x7B-Instruct-v0.1']),
    ]);
  }));

test('a thinking model thinks aloud in its content', () =>
  withSimulator({}, async (api) => {
    const { choices } = await readJson(await ask(api, { model: 'TheDrummer-Fallen-Llama-3.3-R1-70B-v1' }));
    expect(choices?.[0]?.message?.content).toMatch(/^<think>\n[^<]+\n<\/think>\n\nHello! This is TheDrummer-Fallen/);
  }));

test.each([['TTS-hexgrad-Kokoro-82M'], ['intfloat-multilingual-e5-base']])('%s is listed and cannot chat', (model) =>
  withSimulator({}, async (api) => {
    const [status, text] = await statusAndText(await ask(api, { model }));
    expect([status, text.includes('does not support Chat Completions API')]).toEqual([400, true]);
  }),
);
