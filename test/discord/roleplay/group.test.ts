import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ShownMessage } from '../../../src/simulator/discord/index.ts';
import { BEZEL, saidBy, shown } from '../../e2e/roleplay-scene.ts';
import { completions, use } from '../../e2e/scene.ts';
import { chosenIn, type Stage, startStage } from './stage.ts';

/** Writes a word every ten seconds. */
const SLOW = { reply: ['Once ', 'upon ', 'a time.'], speed: { firstTokenMs: 0, tokensPerSecond: 0.1 } };

type Reply = Parameters<Stage['world']['api']['next']>[number];

let stage: Stage;

beforeEach(async () => {
  stage = await startStage();
});
afterEach(async () => {
  const problems = stage.world.log.filter(({ level }) => level === 'error' || level === 'warn');
  await stage.close();
  expect(problems).toEqual([]);
});

/** Ottilie and then Bezel reply; gives what was asked, and the reply that is being written slowly. */
async function bothSpeak(...replies: Reply[]): Promise<{ question: ShownMessage; reply: ShownMessage }> {
  const { alice, world } = stage;
  const panel = await use(alice, 'roleplay invite', { persona: BEZEL });
  await saidBy(alice, 'Bezel', '');
  await alice.select(panel, 'scene-order:here', 'list');
  await alice.waitFor((messages) => messages.find((one) => one.id === panel.id && chosenIn(one) === 'list'));
  world.api.next(...replies);
  await alice.post('hello');
  const reply = await alice.waitFor((messages) => messages.find(({ content }) => content.includes('Once')));
  const question = alice.messages().findLast(({ author }) => author.name === 'Alice');
  if (!question) throw new Error('nothing was said');
  return { question, reply };
}

async function firstEnded(): Promise<void> {
  while (!stage.world.log.some(({ message }) => message === 'turn ended')) await new Promise(setImmediate);
  // Whoever spoke next would have asked the API by then.
  const outside = stage.home.alice.in(stage.channel);
  for (let index = 0; index < 3; index += 1) await use(outside, 'history show');
}

describe('the others of a group do not speak after', () => {
  test.each<[string, (scene: Awaited<ReturnType<typeof bothSpeak>>) => Promise<unknown>]>([
    ['Stop', ({ reply }) => stage.alice.click(reply, 'Stop')],
    ['the end of the roleplay', async () => stage.alice.click(await use(stage.alice, 'roleplay end'), 'End it')],
    ['the message was deleted', ({ question }) => stage.alice.delete(question)],
    ['Delete from here', ({ question }) => stage.alice.menu('Delete from here', question)],
  ])('%s', async (_name, act) => {
    await act(await bothSpeak(SLOW, 'Then me.'));
    await firstEnded();
    expect(completions(stage.world.api)).toHaveLength(1);
    expect(shown(stage.alice).join('\n')).not.toContain('Then me.');
  });

  test('they were sent away', async () => {
    await bothSpeak(SLOW, 'Then me.');
    await use(stage.alice, 'roleplay leave', { persona: 'Bezel' });
    stage.world.clock.skip(20_000);
    await saidBy(stage.alice, 'Ottilie', 'a time.');
    await firstEnded();
    expect(completions(stage.world.api)).toHaveLength(1);
  });

  test('the message was deleted while the second of them spoke: it is stopped as well', async () => {
    const { question } = await bothSpeak('One.', SLOW);
    await stage.alice.delete(question);
    await saidBy(stage.alice, 'Bezel', 'Stopped.');
  });
});
