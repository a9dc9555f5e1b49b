import { afterEach, expect, test } from '@jest/globals';
import { REST } from 'discord.js';
import { createLogger } from '../../src/core/logger.ts';
import { type DiscordSimulator, startDiscordSimulator } from '../../src/simulator/discord/index.ts';

let discord: DiscordSimulator | undefined;
afterEach(() => discord?.close());

test.each([
  { status: 500, body: {} },
  { status: 404, body: { code: 10_062, message: 'Unknown interaction' } },
])('a request that Discord fails with $status is logged without its text and its token', async (effect) => {
  discord = await startDiscordSimulator();
  discord.faults.add({ path: /webhooks/, effect });
  const rest = new REST({ api: discord.apiUrl, retries: 0 });
  const path = '/webhooks/123456789012345678/aW50ZXJhY3Rpb246c2VjcmV0/messages/@original';
  const error = await rest
    .patch(path, { body: { content: 'a private story' }, auth: false })
    .catch((one: unknown) => one);
  const lines: string[] = [];
  createLogger('info', { write: (line) => void lines.push(line) }).error(
    { err: new Error('outer', { cause: error }) },
    'fault',
  );
  const [line = ''] = lines;
  expect(line).toContain('/webhooks/123456789012345678/…/messages/');
  expect(line).toContain(`"status":${effect.status}`);
  expect(line.match(/private story|aW50ZXJhY3Rpb246c2VjcmV0/g)).toBeNull();
});
