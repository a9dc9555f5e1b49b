import { describe, expect, test } from '@jest/globals';
import { CompletionError } from '../../src/completions/errors.ts';
import { createScene, type SceneOptions, STOP, userMessage } from './scene.ts';

const FAILED = new CompletionError('refused');
const NUDGE = '[Continue your last message without repeating its original content.]';

/** A question that was answered with `One.`, and what becomes of its reply. */
async function answered(answers: SceneOptions['answers'] = []) {
  const scene = await createScene({ answers: [['One.', STOP], ...answers] });
  const first = scene.ask('Hi');
  await scene.finish(first);
  let next = 1;
  return {
    scene,
    /** Does it again, and gives what is shown and what is stored then. */
    async again(kind: 'retry' | 'swipe' | 'continue') {
      const { reply: earlier } = (await scene.history.find('c', 'u1')) ?? {};
      const asked = scene.ask('Hi', { id: `1-${++next}`, kind, earlier, reuse: ['m0'] });
      await scene.finish(asked);
      const { reply } = (await scene.history.find('c', 'u1')) ?? {};
      return {
        shown: asked.target.shown.map(({ content }) => content).join('|'),
        buttons: asked.target.shown.at(-1)?.controls.map(({ action, label }) => label ?? action),
        content: reply?.content,
        swipes: reply?.swipes?.map(({ content }) => content),
        swipe: reply?.swipe,
        marks: (await scene.history.summary('c')).inFlight.length,
      };
    },
  };
}

const ARROWS = (page: string) => ['swipe-back', page, 'swipe-on'];

describe('another version', () => {
  test('stands beside the earlier ones, and the question is asked as it was', async () => {
    const { scene, again } = await answered([['Two.', STOP]]);
    expect(await again('swipe')).toEqual({
      shown: 'Two.',
      buttons: ARROWS('2/2'),
      content: 'Two.',
      swipes: ['One.', 'Two.'],
      swipe: 1,
      marks: 0,
    });
    expect(scene.requests[1]?.messages).toEqual(scene.requests[0]?.messages);
  });

  test('that fails leaves what is there, with a notice and its own buttons', async () => {
    const { again } = await answered([[{ type: 'reasoning', text: 'Hm.' }, 'Two.', STOP], [FAILED]]);
    await again('swipe');
    const failed = await again('swipe');
    expect(failed).toMatchObject({ content: 'Two.', swipes: ['One.', 'Two.'], swipe: 1, marks: 0 });
    expect(failed.shown).toMatch(/^Two\.\n\n-# .+/);
    expect(failed.buttons).toEqual([...ARROWS('2/2'), 'retry', 'reasoning']);
  });

  test('that was begun is kept', async () => {
    const { again } = await answered([['Tw', FAILED]]);
    expect(await again('swipe')).toMatchObject({ content: 'Tw', swipes: ['One.', 'Tw'], swipe: 1 });
  });

  test('is counted no further than are kept', async () => {
    const { again, scene } = await answered([['Next.', STOP]]);
    for (let count = 2; count <= 50; count++) await again('swipe');
    expect((await scene.history.find('c', 'u1'))?.reply?.swipes?.length).toBe(50);
    expect((await again('swipe')).buttons).toEqual(ARROWS('50/50'));
  });
});

test('a retry takes the place of the version that is shown', async () => {
  const { again } = await answered([
    ['Two.', STOP],
    ['Three.', STOP],
  ]);
  await again('swipe');
  expect(await again('retry')).toMatchObject({
    shown: 'Three.',
    buttons: ARROWS('2/2'),
    content: 'Three.',
    swipes: ['One.', 'Three.'],
    swipe: 1,
  });
});

describe('a reply that goes on', () => {
  test.each([
    ['with a space where words meet', 'And two.', 'One. And two.'],
    ['with the space that is there', ' And two.', 'One. And two.'],
    ['without one before a mark', ', two', 'One., two'],
    ['without the name of who speaks', 'Dramatis: And two.', 'One. And two.'],
    ['without its reasoning', '<think>Hm.</think>And two.', 'One. And two.'],
  ])('is joined %s', async (_, added, expected) => {
    const { again, scene } = await answered([[added, STOP]]);
    expect(await again('continue')).toMatchObject({ shown: expected, content: expected, swipes: undefined });
    expect(scene.requests[1]?.messages.slice(1).map(({ content }) => content)).toEqual(['Ann: Hi', 'One.', NUDGE]);
  });

  test('keeps its reasoning, and has that of its new words behind', async () => {
    const { again, scene } = await answered([
      ['<think>Hm.</think>Two', STOP],
      ['<think>Ah.</think>and three', STOP],
    ]);
    await again('retry');
    await again('continue');
    const { reply } = (await scene.history.find('c', 'u1')) ?? {};
    expect([reply?.content, reply?.reasoning]).toEqual(['Two and three', 'Hm.\n\nAh.']);
  });

  test('changes the version that is shown alone', async () => {
    const { again } = await answered([
      ['Two.', STOP],
      ['More.', STOP],
    ]);
    await again('swipe');
    expect(await again('continue')).toMatchObject({ content: 'Two. More.', swipes: ['One.', 'Two. More.'], swipe: 1 });
  });

  test.each([
    ['a failure', [FAILED]],
    ['nothing', [STOP]],
  ])('but for %s stays as it was', async (_, answer) => {
    const { again } = await answered([answer]);
    const { shown, content } = await again('continue');
    expect(content).toBe('One.');
    expect(shown).toMatch(/^One\.\n\n-# .+/);
  });
});

test('what was said after a message is not for another version of its reply', async () => {
  const { again, scene } = await answered([
    ['Later.', STOP],
    ['Two.', STOP],
  ]);
  await scene.finish(scene.ask('And then?', { id: '2' }));
  await again('swipe');
  expect(scene.requests[2]?.messages.slice(1)).toEqual([{ role: 'user', content: 'Ann: Hi' }]);
  expect((await scene.history.find('c', 'u2'))?.user).toMatchObject({ content: userMessage('2', 'And then?').content });
});
