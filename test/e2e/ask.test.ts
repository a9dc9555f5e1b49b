import { afterEach, expect, test } from '@jest/globals';
import { type BotWorld, MODEL, startBot } from '../support/bot.ts';

let world: BotWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

test('/ask logs in, answers, and sends exactly these requests', async () => {
  world = await startBot();
  const { discord, api } = world;
  const guild = discord.createGuild({ name: 'Home' });
  const general = guild.createTextChannel({ name: 'general' });
  const alice = discord.createPerson({ name: 'Alice' });
  guild.join(alice);
  api.next({ reply: ['The sky ', 'scatters blue.'] });

  const here = alice.in(general);
  await here.slash('ask', { prompt: 'why is the sky blue?' });
  const answer = await here.waitFor((messages) =>
    messages.find(({ content, components }) => content.includes('scatters blue.') && components.length === 0),
  );
  expect(answer.content).toBe('> why is the sky blue?\nThe sky scatters blue.');
  console.log(discord.log.map((e) => `${e.method} ${e.route} ${e.status} ${JSON.stringify(e.body)}`).join('\n'), JSON.stringify(api.log, null, 1));
});
