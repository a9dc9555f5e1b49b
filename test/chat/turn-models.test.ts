import { describe, expect, test } from '@jest/globals';
import { UserError } from '../../src/core/errors.ts';
import {
  conversationOf,
  createScene,
  MODEL,
  OLD_TEMPLATE_MODEL,
  type Scene,
  SEEING_MODEL,
  STOP,
  textsOf,
} from './scene.ts';

const by = { id: '7', name: 'Ada' };
const GONE = 'Gone-70B-v1';
const choose = ({ settings }: Scene, id: string) =>
  settings.update({ channelId: 'c' }, (current) => ({ ...current, model: { id, by, at: 0 } }));
const DATA_URL = 'data:image/png;base64,AAAA';
const picture = { tokens: 100, load: () => Promise.resolve(DATA_URL) };

async function shownFor(scene: Scene, text: string, options: Parameters<Scene['ask']>[1]): Promise<string | undefined> {
  const asked = scene.ask(text, options);
  await scene.finish(asked);
  return asked.target.shown[0]?.content;
}

test('the model and the sampling of the place answer, and the reply says who it was', async () => {
  const scene = await createScene();
  await choose(scene, OLD_TEMPLATE_MODEL);
  await scene.settings.update({ channelId: 'c' }, (current) => ({ ...current, sampling: { temperature: 0 } }));
  await scene.finish(scene.ask('Hi'));
  expect(scene.requests).toMatchObject([{ model: OLD_TEMPLATE_MODEL, temperature: 0 }]);
  expect((await scene.history.find('c', 'r1'))?.reply?.model).toBe(OLD_TEMPLATE_MODEL);
});

describe('a model that is not served any more', () => {
  test('is told of once in a conversation, and of the next one again', async () => {
    const scene = await createScene();
    await choose(scene, GONE);
    const first = await shownFor(scene, 'One?', { id: '1' });
    const second = await shownFor(scene, 'Two?', { id: '2' });
    await choose(scene, 'Gone-8B');
    const third = await shownFor(scene, 'Three?', { id: '3' });
    const note = (id: string) =>
      `\`${id}\` is not served any more: \`${MODEL}\` answers instead. It answers again when it is back; \`/models use\` chooses another one.`;
    expect([first, second, third]).toEqual([`Hi.\n\n-# ${note(GONE)}`, 'Hi.', `Hi.\n\n-# ${note('Gone-8B')}`]);
    expect(await conversationOf(scene.history)).toContain('-> Hi. (stop)');
  });

  test('and that a question asked for is told of with each reply, and uses up no other note', async () => {
    const scene = await createScene();
    const told = [
      await shownFor(scene, 'One?', { id: '1', model: GONE }),
      await shownFor(scene, 'One?', { id: '1b', isRetry: true, model: GONE }),
    ];
    const note = `Hi.\n\n-# \`${GONE}\` is not served any more: \`${MODEL}\` answers instead.`;
    await choose(scene, GONE);
    expect([...told, await shownFor(scene, 'Two?', { id: '2' })]).toEqual([
      note,
      note,
      `${note} It answers again when it is back; \`/models use\` chooses another one.`,
    ]);
  });

  test('is told of also where there is no reply', async () => {
    const scene = await createScene({ answers: [[STOP]] });
    await choose(scene, GONE);
    expect(await shownFor(scene, 'One?', {})).toMatch(/^The model gave an empty reply\. .* is not served any more/);
  });
});

test('a note that cannot be stored costs no answer, and is said all the same', async () => {
  const scene = await createScene({
    onWrite(entries) {
      if (JSON.stringify(entries).includes('"told":')) throw new Error('the disk is full');
    },
  });
  await choose(scene, GONE);
  expect(await shownFor(scene, 'One?', {})).toMatch(/^Hi\.\n\n-# `Gone-70B-v1` is not served any more: /);
});

describe('a question with a picture', () => {
  test('goes to a model that can look at it', async () => {
    const scene = await createScene();
    await scene.finish(scene.ask('Look!', { model: SEEING_MODEL, pictures: [picture] }));
    expect(scene.requests.map(({ model, ...request }) => [model, textsOf(request).slice(-2)])).toEqual([
      [SEEING_MODEL, ['Ann: Look!', DATA_URL]],
    ]);
  });

  test('that is not there any more when its turn has come is told so, and asks nobody', async () => {
    const scene = await createScene();
    const gone = { tokens: 100, load: () => Promise.reject(new UserError('missing', 'The picture is gone.')) };
    const { target, done } = scene.ask('Look!', { model: SEEING_MODEL, pictures: [gone] });
    await scene.finish({ target, done, stop: () => {} });
    expect([scene.requests, target.shown.map(({ content }) => content)]).toEqual([[], ['The picture is gone.']]);
  });

  test.each([
    {
      name: 'those that can are named',
      listed: [{ id: MODEL }, { id: SEEING_MODEL }],
      remedy: `Choose one that can with the option \`model\`: \`${SEEING_MODEL}\`.`,
    },
    { name: 'there is none', listed: [{ id: MODEL }], remedy: 'None of the models here can: ask without the picture.' },
    {
      name: 'ten are enough',
      listed: [{ id: MODEL }, ...Array.from({ length: 12 }, (_, index) => ({ id: `Vision-${index}` }))],
      remedy: `Choose one that can with the option \`model\`: ${Array.from({ length: 10 }, (_, index) => `\`Vision-${index}\``).join(', ')}.`,
    },
  ])('is refused by one that cannot, before anything is stored: $name', async ({ listed, remedy }) => {
    const scene = await createScene({ listed });
    await expect(scene.ask('Look!', { pictures: [picture] }).done).rejects.toMatchObject({
      name: 'UserError',
      kind: 'input',
      message: `\`${MODEL}\` cannot look at pictures. ${remedy}`,
    });
    expect({ log: scene.log, requests: scene.requests }).toEqual({ log: [], requests: [] });
  });
});

test('before there is any model, nothing is stored and the person is told', async () => {
  const scene = await createScene({ listed: [] });
  await expect(scene.ask('Hi').done).rejects.toMatchObject({ name: 'UserError', kind: 'unavailable' });
  expect({ log: scene.log, stored: await conversationOf(scene.history) }).toEqual({ log: [], stored: [] });
});
