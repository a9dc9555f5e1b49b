import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type BotWorld, startBot } from '../support/bot.ts';
import { toldPrivately } from './persona-scene.ts';
import { goOn, OTTILIE, saidBy, shown } from './roleplay-scene.ts';
import { createHome, type Home } from './scene.ts';

let world: BotWorld;
let home: Home;

beforeEach(async () => {
  world = await startBot();
  home = createHome(world.discord);
});
afterEach(() => world.close());

test('a greeting that Discord does not take is told of and forgotten, and the story goes on without it', async () => {
  const here = home.alice.in(home.newChannel());
  const body = { code: 50_035, message: 'Invalid Form Body' };
  world.discord.faults.add({
    method: 'POST',
    path: /^\/webhooks\/\d+\/[^/]+$/,
    times: 1,
    effect: { status: 400, body },
  });
  const started = await here.slash('roleplay start', { persona: OTTILIE });
  expect((await toldPrivately(started)).content).toBe(
    'Discord did not take the greeting of Ottilie. Write on, or type `/roleplay continue`: the story begins without it.',
  );
  const line = here.messages().find(({ ephemeral, content }) => !ephemeral && content.includes('<#'));
  const alice = home.alice.in({ id: /<#(\d+)>/.exec(line?.content ?? '')?.[1] ?? '' });
  world.api.next('Sit, pet.');
  await goOn(alice);
  await saidBy(alice, 'Ottilie', 'Sit, pet.');
  expect(shown(alice).filter((text) => text.startsWith('Ottilie: '))).toEqual(['Ottilie: Sit, pet.']);
});
