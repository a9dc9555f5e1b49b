import { readdir } from 'node:fs/promises';
import { afterEach, expect, test } from '@jest/globals';
import { type BotWorld, MODEL, startBot } from '../support/bot.ts';
import { ask, createHome } from './scene.ts';

let world: BotWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const COMMANDS = new URL('../../commands/', import.meta.url);

/** What Discord received, in order; ids are as in `route`, and random ones get a stable name. */
function received({ discord }: BotWorld) {
  return discord.log.map(({ method, route, query, status, body }) => {
    const stable = JSON.stringify(body ?? null).replaceAll(/"(stop|retry|reasoning):[^"]+"/g, '"$1:REPLY"');
    return [`${method} ${route}${query}`, status, JSON.parse(stable) as unknown];
  });
}

test('/ask logs in, answers, and sends exactly these requests', async () => {
  world = await startBot();
  const { discord, api } = world;
  const { alice, newChannel } = createHome(discord);
  const here = alice.in(newChannel());
  api.next({ reply: ['The sky ', 'scatters blue.'] });

  const answer = await ask(here, 'why is the sky blue?');

  expect(answer.content).toBe('> why is the sky blue?\nThe sky scatters blue.');
  const log = received(world);
  // Login and publishing go on side by side.
  const start = log.splice(0, 5);
  const [identify] = start.filter(([route]) => route === 'GATEWAY /identify');
  const [publish] = start.filter(([route]) => String(route).startsWith('PUT'));
  expect(start.map(([route, status]) => `${String(route)} ${String(status)}`).sort()).toEqual([
    'GATEWAY /identify 200',
    'GET /applications/:id/commands 200',
    'GET /applications/@me 200',
    'GET /gateway/bot 200',
    'PUT /applications/:id/commands 200',
  ]);
  expect(identify?.[2]).toMatchObject({ intents: 37_377, shard: [0, 1] });
  const files = await readdir(COMMANDS);
  const published = (publish?.[2] ?? []) as { name: string; type: number }[];
  const commands = published.filter(({ type }) => type === 1);
  expect(commands.map(({ name }) => `${name}.ts`)).toEqual(files.sort());
  expect(published.filter(({ type }) => type === 3).map(({ name }) => name)).toEqual([
    'Regenerate',
    'Edit reply',
    'Delete from here',
    'Branch from here',
    'Report',
  ]);
  expect(log).toEqual([
    ['POST /interactions/:id/:token/callback?with_response=true', 200, { type: 5, data: { flags: 0 } }],
    [
      'PATCH /webhooks/:id/:token/messages/@original',
      200,
      {
        content: '> why is the sky blue?\nThe sky',
        components: [{ type: 1, components: [{ type: 2, custom_id: 'stop:REPLY', label: 'Stop', style: 2 }] }],
        allowed_mentions: { parse: [] },
      },
    ],
    [
      'PATCH /webhooks/:id/:token/messages/@original',
      200,
      { content: '> why is the sky blue?\nThe sky scatters blue.', components: [], allowed_mentions: { parse: [] } },
    ],
  ]);

  expect(api.log.map(({ method, path, status, body }) => ({ method, path, status, body }))).toEqual([
    { method: 'GET', path: '/v1/models', status: 200, body: undefined },
    {
      method: 'POST',
      path: '/v1/chat/completions',
      status: 200,
      body: {
        model: MODEL,
        messages: [
          {
            role: 'system',
            content: expect.stringMatching(/^You are Dramatis, a helpful assistant in a Discord chat\./),
          },
          { role: 'user', content: 'Alice: why is the sky blue?' },
        ],
        max_tokens: 2000,
        temperature: 0.7,
        top_k: 40,
        repetition_penalty: 1.2,
        stream: true,
        stream_options: { include_usage: true },
      },
    },
  ]);
});

test('a start with the same commands publishes nothing', async () => {
  world = await startBot();
  world.discord.clearLog();
  await world.restart();
  expect(received(world).map(([route]) => route)).not.toContain('PUT /applications/:id/commands');
  expect(received(world).map(([route]) => route)).toContain('GET /applications/:id/commands');
});
