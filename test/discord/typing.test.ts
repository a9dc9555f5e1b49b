import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { REST } from 'discord.js';
import { createShowTyping } from '../../src/discord/typing.ts';
import { FakeClock } from '../support/fake-clock.ts';

let sent: string[];
let rest: REST;
const clock = new FakeClock();

beforeEach(() => {
  sent = [];
  rest = new REST({
    api: 'http://127.0.0.1:9/api',
    makeRequest: (url) => {
      sent.push(new URL(url).pathname);
      return Promise.resolve(new Response(null, { status: 204 }) as never);
    },
  }).setToken('token');
});
afterEach(() => clock.advance(60_000));

test('however many replies wait in a channel, it shows one indicator, renewed until the last has its text', async () => {
  const showTyping = createShowTyping({ rest, clock });
  const ends = [showTyping('1'), showTyping('1'), showTyping('2')];
  await clock.advance(7_000);
  expect(sent).toEqual(['/api/v10/channels/1/typing', '/api/v10/channels/2/typing']);
  ends[0]?.();
  ends[0]?.();
  ends[2]?.();
  await clock.advance(2_000);
  expect(sent.slice(2)).toEqual(['/api/v10/channels/1/typing']);
  ends[1]?.();
  await clock.advance(60_000);
  expect(sent.length).toBe(3);
  showTyping('1')();
  await clock.advance(1_000);
  expect(sent.length).toBe(4);
});
