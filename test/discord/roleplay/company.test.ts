import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Here } from '../../../src/simulator/discord/index.ts';
import { BEZEL, OTTILIE, pressed, saidBy } from '../../e2e/roleplay-scene.ts';
import { buttonsOf, completions, lastPrompt, prompts, use } from '../../e2e/scene.ts';
import { toldBy } from '../../support/panel.ts';
import { chosenIn, play, type Stage, startStage } from './stage.ts';

let stage: Stage;

beforeEach(async () => {
  stage = await startStage();
});
afterEach(async () => {
  const problems = stage.world.log.filter(({ level }) => level === 'error' || level === 'warn');
  await stage.close();
  expect(problems).toEqual([]);
});

/** A refusal of a command that answers for all: said to its person alone. */
async function refused(here: Here, ...command: Parameters<Here['slash']>): Promise<string> {
  return toldBy(await here.slash(...command));
}

async function inviteBezel() {
  const told = await use(stage.alice, 'roleplay invite', { persona: BEZEL });
  return { told, greeting: await saidBy(stage.alice, 'Bezel', '') };
}

/** Chooses in the newest menu of who speaks when; gives what it says then. */
async function choose(here: Here, order: string) {
  const panel = here.messages().findLast((message) => chosenIn(message) !== undefined);
  if (!panel) throw new Error('no menu is shown');
  await here.select(panel, 'scene-order:here', order);
  return here.waitFor((messages) => messages.find((one) => one.id === panel.id && chosenIn(one) === order));
}

describe('a persona that is invited', () => {
  test('is introduced to all, greets the group, and speaks when it is named', async () => {
    const { told, greeting } = await inviteBezel();
    expect(told.content).toBe('**Alice** brought **Bezel** in. Here play: **Ottilie**, **Bezel**.');
    expect(told.embeds).toMatchObject([{ title: 'Inspector Bezel', thumbnail: expect.anything() }]);
    expect(chosenIn(told)).toBe('natural');
    expect(greeting.content.length).toBeGreaterThan(20);
    await stage.world.restart();
    await play(stage, stage.bob, { text: 'Bezel, what is that?', reply: 'A clue.', by: 'Bezel' });
    expect(prompts(stage.world.api)[0]?.at(-1)).toContain('Bob: Bezel, what is that?');
  });

  test('must exist, and must not play here yet', async () => {
    expect(await refused(stage.alice, 'roleplay invite', { persona: OTTILIE })).toBe('**Ottilie** plays here already.');
    expect(await refused(stage.alice, 'roleplay invite', { persona: 'Nobody at all' })).toContain(
      'There is no persona “Nobody at all” here.',
    );
  });

  test('leaves by its full name too', async () => {
    await inviteBezel();
    const suggested = await stage.alice.autocomplete('roleplay leave', 'persona', 'bez');
    expect(suggested.map(({ value }) => value)).toEqual(['Bezel', 'Inspector Bezel']);
    expect((await use(stage.alice, 'roleplay leave', { persona: BEZEL })).content).toBe(
      '**Alice** sent **Bezel** away. Here plays: **Ottilie**.',
    );
  });

  test('leaves again; the last one cannot', async () => {
    await inviteBezel();
    expect((await stage.alice.autocomplete('roleplay leave', 'persona', 'o')).map(({ value }) => value)).toEqual([
      'Ottilie',
      'Ottilie Marsh',
      'Inspector Bezel',
    ]);
    const told = await use(stage.alice, 'roleplay leave', { persona: 'ottilie' });
    expect(told.content).toBe('**Alice** sent **Ottilie** away. Here plays: **Bezel**.');
    expect(await refused(stage.alice, 'roleplay leave', { persona: 'Ottilie' })).toBe(
      '**Ottilie** does not play here. Here play: **Bezel**.',
    );
    expect(await refused(stage.alice, 'roleplay leave', { persona: 'Bezel' })).toBe(
      'The last persona cannot leave. `/roleplay end` ends the roleplay, or bring another one in first.',
    );
    await play(stage, stage.alice, { text: 'Ottilie?', reply: 'She left.', by: 'Bezel' });
  });
});

describe('who speaks when', () => {
  test('in turn: all of them reply, one after the other', async () => {
    await inviteBezel();
    const chosen = await choose(stage.alice, 'list');
    expect(chosen.content).toBe(
      '**Alice** brought **Bezel** in. Here play: **Ottilie**, **Bezel**.\n-# Order: all reply, one after the other (**Alice**)',
    );
    stage.world.api.next('First me.', 'Then me.');
    await stage.bob.post('hello');
    await saidBy(stage.bob, 'Ottilie', 'First me.');
    await saidBy(stage.bob, 'Bezel', 'Then me.');
    expect(lastPrompt(stage.world.api)?.join('\n')).toContain('First me.');
  });

  test('only when asked: nobody, until somebody presses Speak and says who', async () => {
    await inviteBezel();
    const chosen = await choose(stage.alice, 'manual');
    expect(buttonsOf(chosen)).toContain('Speak');
    await stage.bob.post('hello');
    stage.world.api.next('Observation: a greeting.');
    const asked = await stage.bob.click(chosen, 'Speak');
    const menu = await asked.waitFor((messages) => messages.find(({ content }) => content === 'Who speaks next?'));
    await stage.bob.select(menu, 'scene-speak:here', 'built-in:clockwork-detective');
    await saidBy(stage.bob, 'Bezel', 'Observation: a greeting.');
    expect(completions(stage.world.api)).toHaveLength(1);
    expect(lastPrompt(stage.world.api)?.join('\n')).toContain('Bob: hello');
  });

  test('one who left meanwhile is not made to speak', async () => {
    await inviteBezel();
    const menu = await use(stage.bob, 'roleplay continue');
    await use(stage.alice, 'roleplay leave', { persona: 'Bezel' });
    const told = await toldBy(await stage.bob.select(menu, 'scene-speak:here', 'built-in:clockwork-detective'));
    expect(told).toBe('This persona does not play here any more. Choose another one.');
  });

  test('the newest reply goes on in a group as well', async () => {
    await inviteBezel();
    await choose(stage.alice, 'manual');
    stage.world.api.next('One moment');
    const asked = await use(stage.alice, 'roleplay continue');
    await stage.alice.select(asked, 'scene-speak:here', 'built-in:clockwork-detective');
    await saidBy(stage.alice, 'Bezel', 'One moment');
    const menu = await use(stage.alice, 'roleplay continue');
    stage.world.api.next(', please.');
    await pressed(stage.alice, menu, 'Continue the last reply', 'Bezel');
    await saidBy(stage.alice, 'Bezel', 'One moment, please.');
  });
});

describe('its starter and moderators alone', () => {
  test.each([
    ['roleplay invite', { persona: BEZEL }, 'bring personas in'],
    ['roleplay leave', { persona: 'Ottilie' }, 'send personas away'],
    ['roleplay end', {}, 'end it'],
  ])('/%s', async (command, options, what) => {
    expect(await refused(stage.bob, command, options)).toBe(
      `**Alice**, who started this roleplay, or a moderator can ${what}.`,
    );
    expect((await use(stage.mia, command, options)).content).not.toContain('who started this roleplay');
  });

  test('the order, also by an old menu', async () => {
    const { told } = await inviteBezel();
    expect(await toldBy(await stage.bob.select(told, 'scene-order:here', 'manual'))).toBe(
      '**Alice**, who started this roleplay, or a moderator can choose who speaks when.',
    );
  });
});

test('outside of a roleplay its commands say so', async () => {
  const here = stage.home.alice.in(stage.channel);
  for (const command of ['note', 'continue', 'end']) {
    expect((await use(here, `roleplay ${command}`)).content).toContain('There is no roleplay here.');
  }
  expect(await refused(stage.alice, 'roleplay start', { persona: OTTILIE })).toBe(
    `This is a thread already. Type \`/roleplay start\` in <#${stage.channel.id}>, or let a persona speak in this thread with \`/persona use\`.`,
  );
});

test('a member may not go on with the reply to another one, but with that to themselves', async () => {
  await play(stage, stage.alice, { text: 'hello', reply: 'Sit' });
  let told = '';
  while (told === '' || told.includes('is being written')) told = (await use(stage.bob, 'roleplay continue')).content;
  expect(told).toBe('Only the person who asked, or a moderator, can continue this reply.');
});
