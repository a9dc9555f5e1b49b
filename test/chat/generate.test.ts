import { expect, test } from '@jest/globals';
import { TurnStopped } from '../../src/chat/stop.ts';
import { failure, type GenerateOptions, generate, OK, type TalkedTurn } from './generating.ts';
import { MODEL, replyMessage, type Scene, STOP, type Step, textsOf } from './scene.ts';

const WHOLE = { isQuestionCut: false, isHistoryCut: false };

test('the model gets its instructions, the turns before with the names of their speakers, and the recommended settings', async () => {
  const { scene, events, begun, outcome } = await generate(
    [[{ type: 'reasoning', text: 'Hm' }, 'Yes', ', Ann.', STOP]],
    {
      turns: [['Hi', 'Hello.'], ['Unanswered'], ['How are you?']],
    },
  );
  expect({ requests: scene.requests, events, begun, outcome }).toEqual({
    requests: [
      {
        model: MODEL,
        messages: [
          { role: 'system', content: expect.stringMatching(/^You are Dramatis, /) },
          { role: 'user', content: 'Ann: Hi' },
          { role: 'assistant', content: 'Hello.' },
          { role: 'user', content: 'Ann: Unanswered\n\nAnn: How are you?' },
        ],
        maxTokens: 2_000,
        temperature: 0.7,
        topK: 40,
        repetitionPenalty: 1.2,
      },
    ],
    events: ['starts at 0', '(Hm)', 'Yes', ', Ann.'],
    begun: [WHOLE],
    outcome: 'stop',
  });
});

test('what is set for the place goes with the request', async () => {
  const sampling = { temperature: 1, topP: 0.5, stop: ['\nAnn:'], presencePenalty: -1, maxReplyTokens: 300 };
  const { scene } = await generate([OK], { sampling });
  const { model, messages, ...sent } = scene.requests[0] ?? { model: '', messages: [] };
  expect({ model, messages: messages.length, sent }).toEqual({
    model: MODEL,
    messages: 2,
    sent: {
      temperature: 1,
      topP: 0.5,
      topK: 40,
      repetitionPenalty: 1.2,
      presencePenalty: -1,
      stop: ['\nAnn:'],
      maxTokens: 300,
    },
  });
});

test('pictures go with the newest message, and take their room', async () => {
  const pictures = [
    { dataUrl: 'data:image/png;base64,AAAA', tokens: 5_000 },
    { dataUrl: 'data:image/png;base64,BBBB', tokens: 400 },
  ];
  const { scene } = await generate([OK], { turns: [['Hi', 'Hello. '.repeat(500)], ['Look!']], pictures });
  expect(scene.requests[0]?.messages).toEqual([
    { role: 'system', content: expect.any(String) },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Ann: Look!' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,BBBB' } },
      ],
    },
  ]);
});

test.each(['stop', 'length', 'filtered'] as const)(
  'a completion that finishes with %s is read to its end',
  async (reason) => {
    const events: Step[] = [
      'Yes',
      { type: 'finish', reason },
      100,
      { type: 'usage', promptTokens: 1, completionTokens: 1 },
    ];
    const { scene, outcome } = await generate([events]);
    expect({ outcome, running: scene.running() }).toEqual({ outcome: reason, running: 0 });
  },
);

test('what breaks behind the finish breaks nothing, and is not asked again', async () => {
  const { scene, outcome } = await generate([['Yes', STOP, ...failure('cut')]]);
  expect({ outcome, requests: scene.requests.length, running: scene.running() }).toEqual({
    outcome: 'stop',
    requests: 1,
    running: 0,
  });
});

test('a reply that breaks off behind its first text is not asked for again', async () => {
  const { scene, events, begun, outcome } = await generate([['Yes', ...failure('cut')], OK]);
  expect({ requests: scene.requests.length, events, begun, outcome, running: scene.running() }).toMatchObject({
    requests: 1,
    events: ['starts at 0', 'Yes'],
    begun: [WHOLE],
    outcome: { kind: 'cut' },
    running: 0,
  });
});

test('a stream that ends without a finish is a cut reply', async () => {
  const { outcome } = await generate([['Yes.']]);
  expect(outcome).toMatchObject({ kind: 'cut' });
});

test('a refusal over the budget holds all requests back for as long as the server asks, and lowers the rate', async () => {
  const facts = { retryAfterMs: 30_000, limit429: 'requests' as const, requestsPerMinute: 20 };
  const { scene, events, outcome } = await generate([failure('rate-limited', facts), OK]);
  const asked = scene.log.filter((line) => line.includes('asked'));
  expect({ asked, events, outcome, status: scene.operator.throttle.status() }).toMatchObject({
    asked: ['0 asked with 2 messages', '30000 asked with 2 messages'],
    events: ['starts at 0', 'waits: {"place":1,"startsInMs":30000}', 'starts at 30000', 'Yes.'],
    outcome: 'stop',
    status: { running: 0, waiting: 0, requestsPerMinute: 20, maxConcurrent: 100 },
  });
});

test('a refusal over open requests lowers their number alone', async () => {
  const refusal = failure('rate-limited', { retryAfterMs: 1_000, limit429: 'parallel' });
  const { scene, outcome } = await generate([refusal, OK], { maxConcurrent: 4, forMs: 5_000 });
  expect({ outcome, status: scene.operator.throttle.status() }).toMatchObject({
    outcome: 'stop',
    status: { requestsPerMinute: 1_000, maxConcurrent: 3 },
  });
});

test('the rate that an answer tells of is kept to', async () => {
  const { scene, events } = await generate([[{ type: 'limit', requestsPerMinute: 7 }, ...OK]]);
  expect({ events, rate: scene.operator.throttle.status().requestsPerMinute }).toEqual({
    events: ['starts at 0', 'Yes.'],
    rate: 7,
  });
});

test('every try stands in line, for its own person', async () => {
  const { scene, events, outcome } = await generate([failure('network'), OK], { requestsPerMinute: 1 });
  expect({ events: events.slice(0, 2), outcome }).toEqual({
    events: ['starts at 0', expect.stringMatching(/^waits: \{"place":1,/)],
    outcome: 'stop',
  });
  expect(events.slice(2)).toEqual(['starts at 60400', 'Yes.']);
  expect(scene.running()).toBe(0);
});

/** Somebody else has the only place. */
async function occupy({ operator }: Scene): Promise<void> {
  const { signal } = new AbortController();
  await operator.throttle.acquire({ personId: 'other', channelId: 'other', kind: 'person', signal });
}

const stops: (GenerateOptions & { name: string; answers: Step[][]; abortAtMs: number; requests: number })[] = [
  { name: 'before it is asked', answers: [OK], abortAtMs: 0, requests: 0 },
  { name: 'while it is waited for', answers: [[60_000, ...OK]], abortAtMs: 1_000, requests: 1 },
  { name: 'while the text grows', answers: [['Yes', 60_000, STOP]], abortAtMs: 1_000, requests: 1 },
  { name: 'between two tries', answers: [failure('network'), OK], abortAtMs: 100, requests: 1 },
];

test.each(stops)(
  'a stop $name ends it with its reason and gives the slot back',
  async ({ answers, requests, ...options }) => {
    const { scene, outcome } = await generate(answers, options);
    expect({ outcome, requests: scene.requests.length, running: scene.running() }).toEqual({
      outcome: new TurnStopped('member'),
      requests,
      running: 0,
    });
  },
);

test('a stop in line leaves the line', async () => {
  const { scene, outcome } = await generate([OK], { maxConcurrent: 1, prepare: occupy, abortAtMs: 5_000 });
  expect({ outcome, requests: scene.requests, status: scene.operator.throttle.status() }).toMatchObject({
    outcome: new TurnStopped('member'),
    requests: [],
    status: { waiting: 0, running: 1 },
  });
});

test('what is said while a question stands in line is in its prompt', async () => {
  const turns: TalkedTurn[] = [['How old is the moon?'], ['And the sun?']];
  const prepare = async (scene: Scene) => {
    const { signal } = new AbortController();
    const slot = await scene.operator.throttle.acquire({ personId: 'o', channelId: 'o', kind: 'person', signal });
    void scene.clock.sleep(30_000).then(async () => {
      await scene.history.storeReply('c', replyMessage('0', 'Four and a half billion years.'));
      slot.release();
    });
  };
  const { scene } = await generate([OK], { maxConcurrent: 1, turns, prepare });
  expect(scene.requests.map((request) => textsOf(request).slice(-3))).toEqual([
    ['Ann: How old is the moon?', 'Four and a half billion years.', 'Ann: And the sun?'],
  ]);
});

test('it is kept which models answer, and how soon', async () => {
  const up = await generate([[300, { type: 'reasoning', text: 'Hm' }, 500, ...OK]]);
  const down = await generate([failure('unavailable'), failure('unavailable'), failure('unavailable')]);
  expect([up.scene.health.of(MODEL), down.scene.health.of(MODEL)]).toMatchObject([
    { state: 'up', firstTextMs: 300 },
    { state: 'down', failure: 'unavailable' },
  ]);
});

test('a stopped reply says nothing of the model', async () => {
  const { scene } = await generate([['Yes', 60_000, STOP]], { abortAtMs: 1_000 });
  expect(scene.health.of(MODEL)).toEqual({ state: 'unknown' });
});
