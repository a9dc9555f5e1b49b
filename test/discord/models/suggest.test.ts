import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { suggestModels, suggestModelsOrDefault } from '../../../src/discord/models/suggest.ts';
import { settle } from '../../support/fake-clock.ts';
import { ADA, ALICE, CHANNEL, DIRECT, EURYALE, MIQU, MYTHO, type Scene, startScene, THREAD, WIZARD } from './bot.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await startScene();
});
afterEach(() => scene.close());

const suggest = (typed: string, person = ALICE, place = CHANNEL) =>
  suggestModels(typed, { bot: scene.bot, place, person });
const suggestUse = (typed: string, place = CHANNEL) =>
  suggestModelsOrDefault('here')(typed, { bot: scene.bot, place, person: ALICE });
const suggestDefault = (typed: string) =>
  suggestModelsOrDefault('server')(typed, { bot: scene.bot, place: CHANNEL, person: ADA });
const choose = (scope: Parameters<typeof scene.settings.update>[0], id: string) =>
  scene.settings.update(scope, (current) => ({ ...current, model: { id, by: ALICE, at: 1 } }));

describe('suggested models', () => {
  test('are those that fit what was typed, or the nearest', async () => {
    expect(await suggest('')).toEqual([MYTHO, MIQU, WIZARD, EURYALE]);
    expect(await suggest('70b')).toEqual([MIQU, EURYALE]);
    expect((await suggest('wizzard'))[0]).toBe(WIZARD);
  });

  test('are for members those that they may pick', async () => {
    await scene.settings.update({ guildId: '1' }, () => ({ allowedModels: [MIQU] }));
    expect(await suggest('')).toEqual([MYTHO, MIQU]);
    expect(await suggest('', ADA)).toEqual([MYTHO, MIQU, WIZARD, EURYALE]);
    expect(await suggest('', ALICE, DIRECT)).toEqual([MYTHO, MIQU, WIZARD, EURYALE]);
  });

  test('do not wait longer than Discord does', async () => {
    const upstreams = { of: () => new Promise(() => {}) } as unknown as typeof scene.bot.upstreams;
    const suggested = suggestModels('', { bot: { ...scene.bot, upstreams }, place: CHANNEL, person: ALICE });
    await scene.clock.advance(2_000);
    expect(await suggested).toEqual([]);
    await suggest('');
    await settle();
    expect(scene.clock.sleeping).toBe(0);
  });
});

describe('the word default', () => {
  test('comes first while it fits what was typed', async () => {
    expect(await suggestUse('')).toEqual([`default (${MYTHO})`, MYTHO, MIQU, WIZARD, EURYALE]);
    expect((await suggestUse('De'))[0]).toBe(`default (${MYTHO})`);
    expect(await suggestUse('miqu')).toEqual([MIQU]);
    expect((await suggestUse('default (myth'))[0]).toBe(`default (${MYTHO})`);
  });

  test('says who would answer without the choice of the place, or of the server', async () => {
    await choose({ guildId: '1' }, WIZARD);
    await choose({ channelId: '20' }, MIQU);
    await choose({ channelId: '21' }, EURYALE);
    expect((await suggestUse(''))[0]).toBe(`default (${WIZARD})`);
    expect((await suggestUse('', THREAD))[0]).toBe(`default (${MIQU})`);
    expect((await suggestDefault(''))[0]).toBe(`default (${MYTHO})`);
    expect((await suggestUse('', DIRECT))[0]).toBe(`default (${MYTHO})`);
    await scene.list([MYTHO, EURYALE]);
    expect((await suggestUse('', THREAD))[0]).toBe(`default (${MYTHO})`);
  });

  test('is no longer than Discord takes', async () => {
    const longest = 'x'.repeat(100);
    await scene.list([longest]);
    expect((await suggestUse('')).map(({ length }) => length)).toEqual([100, 100]);
  });
});
