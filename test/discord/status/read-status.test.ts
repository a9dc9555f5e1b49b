import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { UserError } from '../../../src/core/errors.ts';
import type { Bot } from '../../../src/discord/bot.ts';
import { showStatus } from '../../../src/discord/status/read-status.ts';
import { settle } from '../../support/fake-clock.ts';
import { ADA, ALICE, CHANNEL, MIA, MIQU, MYTHO, NOW, type Scene, startScene } from '../models/bot.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await startScene();
});
afterEach(() => scene.close());

const lines = async (person = ALICE, bot = scene.bot) =>
  (await showStatus({ bot, place: CHANNEL, person })).split('\n');

test('tells what runs and waits, and how the models do', async () => {
  const signal = new AbortController().signal;
  const asker = { personId: '1', channelId: '20', guildId: '1', kind: 'person' as const };
  for (let asked = 0; asked < 9; asked += 1) scene.throttle.acquire({ ...asker, signal }).catch(() => {});
  await settle();
  scene.bot.health.record(MYTHO, { ok: true, firstTextMs: 500 });
  for (let failed = 0; failed < 2; failed += 1) scene.bot.health.record(MIQU, { ok: false, kind: 'unavailable' });
  expect(await lines()).toEqual([
    '`MythoMax-L2-13b` answers in this channel, the default of whoever runs this bot. Its first word comes after about 0.5 s.',
    'Requests here use the API key of whoever runs this bot.',
    '',
    '▰▰▰▰▰▰▰▰▱▱▱▱ 8 of 12 requests in the last minute',
    '**Line**: 8 being answered, 1 waiting. A question asked now starts in about 10 seconds.',
    '**Models**: 1 answering, 1 down, 2 not asked within the last hour',
    '- `Midnight-Miqu-70B-v1.5` is down since <t:1700000000:R>',
  ]);
});

test('tells more to those who manage the server', async () => {
  await scene.settings.update({ guildId: '1' }, () => ({ caps: { personPerHour: 20 } }));
  const key = { hint: 'wxyz', by: { id: ADA.id, name: 'Ada' }, at: NOW };
  const bot: Bot = { ...scene.bot, upstreams: { ...scene.bot.upstreams, keyState: async () => key } };
  expect((await lines(ADA, bot)).slice(-5)).toEqual([
    '**For those who manage this server**',
    'API key of this server: ends in `wxyz`, entered by **Ada** <t:1700000000:R>',
    'Limits: 20 questions of one person in an hour',
    'List of models: as the API tells it',
    'At most 8 answers are written at once.',
  ]);
  expect((await lines(MIA, bot)).join()).not.toContain('wxyz');
});

test('says what is missing where nobody can answer', async () => {
  const none = async () => {
    throw new UserError('unavailable', 'This server has no API key yet.');
  };
  const upstreams = { ...scene.bot.upstreams, of: none };
  const choices = { ...scene.bot.choices, of: none, levels: none };
  expect(await lines(ALICE, { ...scene.bot, upstreams, choices })).toEqual(['This server has no API key yet.']);
  const empty = await startScene({ ids: [] });
  expect((await lines(ALICE, empty.bot)).at(-1)).toBe('**Models**: the list could not be loaded yet.');
  await empty.close();
});

test('a fault is no status', async () => {
  const upstreams = { ...scene.bot.upstreams, of: () => Promise.reject(new Error('bug')) };
  await expect(lines(ALICE, { ...scene.bot, upstreams })).rejects.toThrow('bug');
});
