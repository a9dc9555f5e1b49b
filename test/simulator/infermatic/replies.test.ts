import { describe, expect, test } from '@jest/globals';
import { ask, PLAIN_MODEL, readJson, withSimulator } from './support.ts';

const user = (content: string) => ({ role: 'user', content });
const assistant = (content: string) => ({ role: 'assistant', content });

const history = [
  user('Hi, my name is Ada Lovelace.'),
  assistant('Hello!'),
  user('How tall is the lighthouse?'),
  assistant('Tall.'),
];

describe('the default reply tells what was received', () => {
  test.each([
    [
      [user('Nice weather today')],
      'This is MythoMax-L2-13b, simulated. I was given one message, and the newest says: "Nice weather today". Ask me what you said first, or write ?long for a long answer.',
    ],
    [[...history, user('So be it.')], /I was given 5 messages, .*"So be it\."/],
    [[user('Hello there')], /^Hello! This is MythoMax/],
    [
      [{ role: 'system', content: 'You are Captain Nemo, who sails.' }, user('Ahoy')],
      /^This is MythoMax.* I was given 2 messages, and the newest says: "Ahoy"\./,
    ],
    [[user(`${'x'.repeat(159)}🎉🎉`)], /says: "x{159}🎉…"/],
    [[user('Please write a function')], /```js\n/],
    [[...history, user('What is my name?')], /^Your name is Ada, you told me earlier\.$/],
    [[user("What's my name?")], /^You have not told me your name yet/],
    [
      [...history, user('What did I ask first?')],
      /^The first message that I still have from you is: "Hi, my name is Ada Lovelace\."$/,
    ],
    [
      [...history, user('Do you remember what I asked before?')],
      /^Before this you wrote: "How tall is the lighthouse\?"$/,
    ],
    [[user('What did I say earlier?')], /^This is the first thing you wrote to me/],
    [[...history, user('I remember that storm.')], /^This is MythoMax/],
    [[user('How long does it take?')], /^This is MythoMax/],
  ])('%j', (messages, expected) =>
    withSimulator({}, async (api) => {
      const first = (await readJson(await ask(api, { messages }))).choices?.[0]?.message?.content;
      const second = (await readJson(await ask(api, { messages }))).choices?.[0]?.message?.content;
      expect(first).toMatch(expected);
      expect(second).toBe(first);
    }),
  );
});

test.each([['?long'], ['Tell me a long story'], ['Could this be longer?'], ['Explain the tides in detail']])(
  '%s: an answer that no Discord message holds',
  (asked) =>
    withSimulator({}, async (api) => {
      const { choices } = await readJson(await ask(api, { messages: [user(asked)] }));
      const text = choices?.[0]?.message?.content ?? '';
      expect(text.length).toBeGreaterThan(2000);
      const parts = [/^# /m, /^## /m, /^- /m, /^1\. /m, /^> /m, /^```js\n[^`]+^```$/m];
      expect(parts.filter((part) => !part.test(text.replaceAll('`A', 'A')))).toEqual([]);
      expect(text).toContain(asked);
    }),
);

test('an own reply sees the request and may answer anything', () =>
  withSimulator(
    {
      reply: ({ key, model, messages, promptTokens, maxTokens, stop, body }) =>
        body['seed'] === 1
          ? { status: 418, body: 'teapot' }
          : { reply: [JSON.stringify([key, model.id, messages, promptTokens, maxTokens, stop, body['temperature']])] },
    },
    async (api) => {
      const received = await readJson(
        await ask(api, { messages: [user('Hello')], stop: 'END', max_tokens: 100, temperature: 0.5 }),
      );
      expect(JSON.parse(received.choices?.[0]?.message?.content ?? '')).toEqual([
        'sk-simulated',
        PLAIN_MODEL,
        [user('Hello')],
        14,
        100,
        ['END'],
        0.5,
      ]);
      const teapot = await ask(api, { seed: 1 });
      expect([teapot.status, await teapot.text()]).toEqual([418, 'teapot']);
    },
  ));
