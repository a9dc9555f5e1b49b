import { describe, expect, test } from '@jest/globals';
import { CompletionError } from '../../src/completions/errors.ts';
import type { Settings } from '../../src/storage/settings.ts';
import { type AskOptions, conversationOf, createScene, type Scene, STOP } from './scene.ts';

/** What was sent to the message of this turn, of a log that others write to as well. */
const shownOf = ({ log }: Scene, from = 0) => log.slice(from).filter((line) => /^\d+ (create|edit|remove) /.test(line));

/** Somebody else has the only place, for as long as it is not given back. */
async function occupy({ operator }: Scene) {
  const { signal } = new AbortController();
  return operator.throttle.acquire({ personId: 'other', channelId: 'other', kind: 'person', signal });
}

describe('in line', () => {
  test('a person is told their place, until the first text takes its place', async () => {
    const scene = await createScene({ answers: [[300, 'Yes.', 100, STOP]], maxConcurrent: 1 });
    const slot = await occupy(scene);
    const asked = scene.ask('Hi', { heading: '> Hi\n' });
    await scene.clock.advance(5_000);
    slot.release();
    await scene.finish(asked);
    expect(shownOf(scene)).toEqual([
      '2000 create 0 "> Hi\\n-# You are next: your answer should begin <t:10:R>." [stop r1]',
      '5300 edit 0 "> Hi\\nYes." [stop r1]',
      '5400 edit 0 "> Hi\\nYes."',
    ]);
    expect(await conversationOf(scene.history)).toEqual(['Ann: Hi', '-> Yes. (stop)']);
  });

  test('who has left the line is told no more of it, however long the model takes', async () => {
    const scene = await createScene({ answers: [[60_000, 'Yes.', STOP]], maxConcurrent: 1 });
    const slot = await occupy(scene);
    const asked = scene.ask('Hi');
    await scene.clock.advance(5_000);
    slot.release();
    await scene.finish(asked);
    expect(shownOf(scene).map((line) => line.slice(0, 30))).toEqual([
      '2000 create 0 "-# You are next',
      '65000 edit 0 "Yes." [stop r1]',
      '65060 edit 0 "Yes."',
    ]);
  });

  test('a short wait shows nothing', async () => {
    const scene = await createScene({ maxConcurrent: 1 });
    const slot = await occupy(scene);
    const asked = scene.ask('Hi');
    await scene.clock.advance(1_900);
    slot.release();
    await scene.finish(asked);
    expect(shownOf(scene)).toEqual(['1900 create 0 "Hi." [stop r1]', '1960 edit 0 "Hi."']);
  });

  test('a refusal of the API is waited for like any other line', async () => {
    const refusal = new CompletionError('rate-limited', { retryAfterMs: 30_000 });
    const scene = await createScene({ answers: [[refusal], ['Yes.', STOP]] });
    await scene.finish(scene.ask('Hi'));
    expect(shownOf(scene)).toEqual([
      '2000 create 0 "-# You are next: your answer should begin <t:30:R>." [stop r1]',
      '30000 edit 0 "Yes." [stop r1]',
      '30060 edit 0 "Yes."',
    ]);
  });

  test.each([
    { by: 'member' as const, told: 'Stopped before the first word.' },
    { by: 'shutdown' as const, told: 'Interrupted by a restart of the bot. Press Retry for a new reply.' },
    {
      by: 'late' as const,
      told: 'The wait was longer than the 15 minutes for which Discord keeps a command open. Press Retry to stand in line again.',
    },
  ])('a stop by $by takes the notice away, and leaves the line', async ({ by, told }) => {
    const scene = await createScene({ maxConcurrent: 1 });
    await occupy(scene);
    const asked = scene.ask('Hi');
    await scene.clock.advance(3_000);
    asked.stop(by);
    await scene.finish(asked);
    await scene.clock.advance(60_000);
    expect(asked.target.shown).toEqual([{ content: told, controls: [{ action: 'retry', id: 'u1' }] }]);
    expect(shownOf(scene)).toHaveLength(2);
    expect({
      status: scene.operator.throttle.status(),
      requests: scene.requests,
      sleeping: scene.clock.sleeping,
    }).toMatchObject({
      status: { waiting: 0, running: 1 },
      requests: [],
      sleeping: 0,
    });
    expect(await conversationOf(scene.history)).toEqual(['Ann: Hi']);
  });
});

describe('a server that set caps', () => {
  const where = { channelId: 'c', guildId: 'g' };

  async function sceneWith(caps: Settings['caps']): Promise<Scene> {
    const scene = await createScene({ answers: [[60_000, 'Yes.', STOP]], maxConcurrent: 1 });
    await scene.settings.update({ guildId: 'g' }, () => ({ caps }));
    return scene;
  }

  async function outcomeOf(scene: Scene, options: AskOptions): Promise<unknown> {
    const asked = scene.ask('Hi', { where, ...options });
    const refused = asked.done.then(
      () => 'answered',
      (error: unknown) => error,
    );
    await scene.clock.advance(1_000);
    return Promise.race([refused, Promise.resolve('taken')]);
  }

  test('says when there is room again, stores nothing and shows nothing', async () => {
    const scene = await sceneWith({ personPerHour: 1 });
    await scene.clock.advance(1_800_000);
    expect(await outcomeOf(scene, { id: '1' })).toBe('taken');
    const logged = scene.log.length;
    expect(await outcomeOf(scene, { id: '2' })).toMatchObject({
      name: 'UserError',
      kind: 'unavailable',
      message:
        'You have asked 1 question within the last hour, as many as this server allows each person. It works again <t:5400:R>.',
    });
    expect({ log: scene.log.slice(logged), stored: await conversationOf(scene.history) }).toEqual({
      log: [],
      stored: ['Ann: Hi'],
    });
  });

  test('keeps each person and the whole server to them, and nobody elsewhere', async () => {
    const scene = await sceneWith({ personWaiting: 1, serverWaiting: 2 });
    const asked = [
      ['Ann', where],
      ['Ann', where],
      ['Ann', where],
      ['Bob', where],
      ['Cid', where],
      ['Ann', { channelId: 'direct' }],
    ] as const;
    const outcomes: unknown[] = [];
    for (const [index, [author, place]] of asked.entries())
      outcomes.push(await outcomeOf(scene, { id: `${index}`, author, where: place, conversationId: place.channelId }));
    expect(outcomes).toEqual([
      'taken',
      'taken',
      expect.objectContaining({ message: expect.stringMatching(/^You have 1 question waiting already/) }),
      'taken',
      expect.objectContaining({ message: expect.stringMatching(/^This server has 2 questions waiting already/) }),
      'taken',
    ]);
  });
});
