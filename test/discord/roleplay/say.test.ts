import { afterEach, expect, test } from '@jest/globals';
import { type Here, Permission } from '../../../src/simulator/discord/index.ts';
import { OTTILIE, saidBy, shown } from '../../e2e/roleplay-scene.ts';
import { buttonsOf, completions, lastPrompt, use } from '../../e2e/scene.ts';
import { type Stage, startStage } from './stage.ts';

let stage: Stage;

afterEach(async () => {
  const problems = stage.world.log.filter(({ level }) => level === 'error' || level === 'warn');
  await stage.close();
  expect(problems).toEqual([]);
});

const withoutIntent = async () => {
  stage = await startStage({ discord: { messageContentIntent: false } });
};

async function say(here: Here, text: string) {
  const opener = here.messages().findLast((message) => buttonsOf(message).includes('Say'));
  const form = await here.click(opener ?? '', 'Say');
  await form.acknowledged;
  return here.submitModal(form, { text });
}

test('without the intent the story is played by a form, whose words everybody sees and nobody is pinged by', async () => {
  await withoutIntent();
  const [card] = stage.alice.messages();
  expect(card?.content).toContain('press **Say** to speak in the story, or mention me.');
  stage.world.api.next('Sit down.', 'You too.');
  await say(stage.alice, 'Hello @everyone!');
  await saidBy(stage.alice, 'Ottilie', 'Sit down.');
  await stage.world.restart();
  await say(stage.bob, 'And me?');
  await saidBy(stage.bob, 'Ottilie', 'You too.');
  expect(shown(stage.bob).slice(2)).toEqual([
    'Dramatis: > **Alice**\nHello @everyone!',
    'Ottilie: Sit down.',
    'Dramatis: > **Bob**\nAnd me?',
    'Ottilie: You too.',
  ]);
  expect(stage.bob.messages().some(({ mentions }) => mentions.everyone)).toBe(false);
  expect(lastPrompt(stage.world.api)?.slice(-3)).toEqual([
    expect.stringContaining('Alice: Hello @everyone!'),
    'assistant: Sit down.',
    'user: Bob: And me?',
  ]);
});

test('a mention works as well, a message without one is not read', async () => {
  await withoutIntent();
  stage.world.api.next('Yes?');
  await stage.alice.post('quite alone');
  await stage.alice.post(`<@${stage.world.discord.botUserId}> hello`);
  await saidBy(stage.alice, 'Ottilie', 'Yes?');
  expect(completions(stage.world.api)).toHaveLength(1);
  expect(lastPrompt(stage.world.api)?.at(-1)).toBe('user: Alice: hello');
});

test('what is out of character is shown and not read', async () => {
  await withoutIntent();
  await say(stage.alice, '((brb))');
  await stage.bob.waitFor((messages) => messages.find(({ content }) => content === '> **Alice**\n((brb))'));
  stage.world.api.next('Yes?');
  await say(stage.alice, 'hello');
  await saidBy(stage.alice, 'Ottilie', 'Yes?');
  expect(lastPrompt(stage.world.api)?.join('\n')).not.toContain('brb');
});

test('admins are told once, and alone, how to change it', async () => {
  await withoutIntent();
  const role = stage.home.guild.createRole({ name: 'Admins', permissions: Permission.ManageGuild });
  const ida = stage.world.discord.createPerson({ name: 'Ida' });
  stage.home.guild.join(ida, { roles: [role] });
  const here = ida.in(stage.home.newChannel());
  await use(here, 'roleplay start', { persona: OTTILIE });
  await here.waitFor((messages) =>
    messages.find((one) => one.ephemeral && one.content.includes('Message Content Intent')),
  );
  await use(here, 'roleplay start', { persona: OTTILIE });
  await use(here, 'help');
  expect(here.messages().filter(({ content }) => content.includes('Message Content Intent'))).toHaveLength(1);
});

test('with the intent there is no form', async () => {
  stage = await startStage();
  expect(stage.alice.messages().flatMap(buttonsOf)).not.toContain('Say');
});
