import { describe, expect, test } from '@jest/globals';
import { PlaceGone } from '../../src/chat/place-gone.ts';
import { CompletionError } from '../../src/completions/errors.ts';
import { estimateTokens } from '../../src/models/estimate.ts';
import { conversationOf, createScene, MODEL, STOP, type Step, userMessage } from './scene.ts';

test('the message is stored before the model is asked, the reply before its last edit, and its mark goes after it', async () => {
  const scene = await createScene({ answers: [[300, 'Hel', 100, 'lo', 200, ' Ann.', 50, STOP]] });
  await scene.finish(scene.ask('Hi', { heading: '> Hi\n' }));
  expect(scene.log).toEqual([
    '0 stored: 1 messages, 1 marks',
    '0 typing',
    '0 asked with 2 messages',
    '300 typing ends',
    '300 create 0 "> Hi\\nHel" [stop r1]',
    '360 stored: 1 messages, 1 marks',
    '400 edit 0 "> Hi\\nHello" [stop r1]',
    '650 stored: 2 messages, 1 marks',
    '650 ending',
    '650 edit 0 "> Hi\\nHello Ann."',
    '710 stored: 2 messages, 0 marks',
  ]);
  const turn = await scene.history.find('c', 'u1');
  expect(turn).toEqual({
    user: { ...userMessage('1', 'Hi'), tokens: { llama3: estimateTokens('Hi') } },
    reply: {
      id: 'r1',
      role: 'assistant',
      author: { id: 'self', name: 'Dramatis' },
      content: 'Hello Ann.',
      discordMessageIds: ['m0'],
      at: 650,
      replyTo: 'u1',
      model: MODEL,
      finish: 'stop',
      tokens: { llama3: estimateTokens('Hello Ann.') },
    },
  });
  expect(scene.running()).toBe(0);
});

test('what is counted by an estimate alone is stored without tokens', async () => {
  const scene = await createScene({ isExact: false });
  await scene.finish(scene.ask('Hi'));
  const turn = await scene.history.find('c', 'u1');
  expect([turn?.user.tokens, turn?.reply?.tokens]).toEqual([undefined, undefined]);
});

test('a tokenizer that fails over a message leaves it without tokens, and the turn goes on', async () => {
  const scene = await createScene();
  scene.counting.onCount = () => {
    scene.counting.isExact = false;
  };
  await scene.finish(scene.ask('Hi'));
  expect((await scene.history.find('c', 'u1'))?.user).toEqual(userMessage('1', 'Hi'));
  expect(await conversationOf(scene.history)).toEqual(['Ann: Hi', '-> Hi. (stop)']);
});

test('the place of a reply is stored with its mark, and again when it has a message', async () => {
  const scene = await createScene({ answers: [[300, 'Hel', 1_000, 'lo', STOP]] });
  const asked = scene.ask('Hi');
  const places: unknown[] = [];
  for (const ms of [100, 500]) {
    await scene.clock.advance(ms);
    places.push((await scene.history.summary('c')).inFlight);
  }
  await scene.finish(asked);
  const mark = { replyId: 'r1', userMessageId: 'u1', startedAt: 0 };
  expect(places).toEqual([[{ ...mark, place: { messageIds: [] } }], [{ ...mark, place: { messageIds: ['m0'] } }]]);
});

test('a message that is only in the last edit is stored with the reply', async () => {
  const scene = await createScene({ answers: [[`${'word '.repeat(450)}end.`, STOP]] });
  await scene.finish(scene.ask('Hi'));
  expect((await scene.history.find('c', 'r1'))?.reply?.discordMessageIds).toEqual(['m0', 'm1']);
});

test('a reply to a question that was too long says so below, without Retry and not as a part of the reply', async () => {
  const scene = await createScene({ answers: [['Yes.', STOP]] });
  const asked = scene.ask('word '.repeat(100_000));
  await scene.finish(asked);
  expect(asked.target.shown).toEqual([
    {
      content: 'Yes.\n\n-# The question was too long for this model: its middle was left out.',
      controls: [],
    },
  ]);
  expect((await scene.history.find('c', 'r1'))?.reply).toMatchObject({ content: 'Yes.', finish: 'stop' });
});

describe('a retry', () => {
  test('takes the place of the reply before, and the model is told only what came before the message', async () => {
    const scene = await createScene({
      answers: [
        ['One.', STOP],
        ['Two.', STOP],
        ['Three.', STOP],
        ['Two again.', STOP],
      ],
    });
    for (const id of ['1', '2', '3']) await scene.finish(scene.ask(`Q${id}`, { id }));
    const again = scene.ask('Q2', { id: '2b', isRetry: true, reuse: ['m0'] });
    await scene.finish(again);
    expect(scene.requests[3]?.messages.slice(1)).toEqual([
      { role: 'user', content: 'Ann: Q1' },
      { role: 'assistant', content: 'One.' },
      { role: 'user', content: 'Ann: Q2' },
    ]);
    expect(await conversationOf(scene.history)).toEqual([
      'Ann: Q1',
      '-> One. (stop)',
      'Ann: Q2',
      '-> Two again. (stop)',
      'Ann: Q3',
      '-> Three. (stop)',
    ]);
    expect(again.target.shown).toEqual([{ content: 'Two again.', controls: [] }]);
  });

  test('that fails leaves the reply before in the history', async () => {
    const scene = await createScene({ answers: [['One.', STOP], [new CompletionError('payment')]] });
    await scene.finish(scene.ask('Q'));
    await scene.finish(scene.ask('Q', { id: '1b', isRetry: true }));
    expect(await conversationOf(scene.history)).toEqual(['Ann: Q', '-> One. (stop)']);
  });
});

test('two turns of one conversation stream at once, and each reply goes to its own question', async () => {
  const answer = (name: string): Step[] => [`${name} 1,`, 2_000, ` ${name} 2`, 2_000, STOP];
  const scene = await createScene({ answers: [answer('A'), answer('B')] });
  const first = scene.ask('First?', { id: '1', author: 'Ann' });
  await scene.clock.advance(1_000);
  const second = scene.ask('Second?', { id: '2', author: 'Bob' });
  await scene.clock.advance(1_500);
  expect([first, second].map(({ target }) => target.shown[0]?.content)).toEqual(['A 1, A 2', 'B 1,']);
  await scene.finish(first, second);
  expect(await conversationOf(scene.history)).toEqual([
    'Ann: First?',
    '-> A 1, A 2 (stop)',
    'Bob: Second?',
    '-> B 1, B 2 (stop)',
  ]);
  // The first reply was not there yet; both questions are told with the names of their speakers.
  expect(scene.requests[1]?.messages.slice(1)).toEqual([{ role: 'user', content: 'Ann: First?\n\nBob: Second?' }]);
});

describe('a store that fails', () => {
  const failAt = (failing: number) => {
    let writes = 0;
    return () => {
      if (++writes === failing) throw new Error('disk full');
    };
  };

  test('with the message: the model is not asked, nothing is shown, and the caller is told', async () => {
    const scene = await createScene({ onWrite: failAt(1) });
    const asked = scene.ask('Yes?');
    await expect(asked.done).rejects.toThrow('disk full');
    expect({ log: scene.log, stored: await conversationOf(scene.history) }).toEqual({ log: [], stored: [] });
  });

  test.each([
    { name: 'a whole reply', steps: ['Yes.', 100, STOP], notice: '' },
    { name: 'a cut one', steps: ['Yes.', 100, new CompletionError('cut')], notice: 'The reply was cut here. .*\\. ' },
  ])('with $name: it is shown all the same, and says that it is not remembered', async ({ steps, notice }) => {
    // The message, the place of the first text, the reply.
    const scene = await createScene({ answers: [steps], onWrite: failAt(3) });
    const asked = scene.ask('Yes?');
    await scene.finish(asked);
    const pattern = `^Yes\\.\n\n-# ${notice}This reply could not be stored: .* Something went wrong \\(\\w{8}\\)`;
    expect(asked.target.shown).toEqual([
      { content: expect.stringMatching(new RegExp(pattern)), controls: [{ action: 'retry', id: 'u1' }] },
    ]);
    expect(scene.faults).toEqual([{ id: expect.any(String), err: new Error('disk full') }]);
    expect({
      stored: await conversationOf(scene.history),
      marks: (await scene.history.summary('c')).inFlight,
    }).toEqual({ stored: ['Ann: Yes?'], marks: [] });
  });

  test('with the place: the reply goes on', async () => {
    const scene = await createScene({ answers: [['Yes.', 100, STOP]], onWrite: failAt(2) });
    const asked = scene.ask('Yes?');
    await scene.finish(asked);
    expect(asked.target.shown).toEqual([{ content: 'Yes.', controls: [] }]);
    expect(await conversationOf(scene.history)).toEqual(['Ann: Yes?', '-> Yes. (stop)']);
  });

  test('with the end: the reply stands, and its mark stays for the next start', async () => {
    const scene = await createScene({ answers: [['Yes.', 100, STOP]], onWrite: failAt(4) });
    const asked = scene.ask('Yes?');
    await scene.finish(asked);
    expect(asked.target.shown).toEqual([{ content: 'Yes.', controls: [] }]);
    expect(scene.faults).toEqual([{ err: new Error('disk full'), conversationId: 'c', replyId: 'r1' }]);
    expect({
      stored: await conversationOf(scene.history),
      marks: (await scene.history.summary('c')).inFlight.map(({ replyId }) => replyId),
    }).toEqual({ stored: ['Ann: Yes?', '-> Yes. (stop)'], marks: ['r1'] });
  });
});

test.each([
  ['a short failure of the last edit is repaired', 3, [{ content: 'Yes.', controls: [] }], []],
  ['a last edit that Discord never takes leaves the mark for the next start', 99, [], ['r1']],
])('%s; the reply is stored', async (_name, failures, shown, marks) => {
  const scene = await createScene({ answers: [['Yes.', STOP]] });
  let failed = 0;
  const asked = scene.ask('Yes?', { failWith: () => (failed++ < failures ? new Error('status 500') : undefined) });
  await scene.clock.advance(60_000);
  await scene.finish(asked);
  expect({
    shown: asked.target.shown,
    stored: await conversationOf(scene.history),
    marks: (await scene.history.summary('c')).inFlight.map(({ replyId }) => replyId),
  }).toEqual({ shown, stored: ['Ann: Yes?', '-> Yes. (stop)'], marks });
});

test('a reply whose place is gone is tried no more and leaves no mark', async () => {
  const scene = await createScene({ answers: [['Yes.', STOP]] });
  let tries = 0;
  const failWith = () => {
    tries += 1;
    return new PlaceGone(new Error('Unknown Message'));
  };
  await scene.finish(scene.ask('Yes?', { failWith }));
  expect({ tries, marks: (await scene.history.summary('c')).inFlight }).toEqual({ tries: 2, marks: [] });
});

test('a reply to a message that was forgotten meanwhile is shown and not stored, and cannot be made again', async () => {
  const scene = await createScene({ answers: [['Yes', 1_000, '.', new CompletionError('cut')]] });
  const asked = scene.ask('Yes?');
  await scene.clock.advance(500);
  await scene.history.undo('c');
  await scene.finish(asked);
  expect(asked.target.shown).toEqual([
    { content: expect.stringMatching(/^Yes\.\n\n-# The reply was cut/), controls: [] },
  ]);
  expect({ stored: await conversationOf(scene.history), ...(await scene.history.summary('c')) }).toMatchObject({
    stored: [],
    inFlight: [],
  });
});
