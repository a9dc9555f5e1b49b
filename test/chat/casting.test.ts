import { beforeEach, describe, expect, test } from '@jest/globals';
import { requireGrownUpPlace } from '../../src/chat/casting.ts';
import type { Place } from '../../src/chat/place.ts';
import { UserError } from '../../src/core/errors.ts';
import type { PersonaRef } from '../../src/core/refs.ts';
import { createStage, namesOf } from './stage.ts';

const CHANNEL: Place = { channelId: '10', guildId: '7' };
const THREAD: Place = { channelId: '11', parentId: '10', guildId: '7' };

let stage: Awaited<ReturnType<typeof createStage>>;
let mira: PersonaRef;
let otto: PersonaRef;
beforeEach(async () => {
  stage = await createStage();
  mira = await stage.addPersona('Mira');
  otto = await stage.addPersona('Otto');
});

/** Who plays, and why. */
async function castOf(place: Place) {
  const { members, origin, missing } = await stage.casting.of(place);
  return { names: namesOf(members), origin, missing };
}

describe('who speaks in a place', () => {
  test('is nobody where nothing was chosen', async () => {
    expect(await castOf(THREAD)).toEqual({ names: [], origin: undefined, missing: [] });
  });

  test('is the server’s, unless its channel or thread has another', async () => {
    await stage.choose({ guildId: '7' }, mira);
    expect(await castOf(CHANNEL)).toEqual({ names: ['Mira'], origin: 'server', missing: [] });
    expect(await castOf(THREAD)).toEqual({ names: ['Mira'], origin: 'server', missing: [] });
    await stage.choose({ channelId: '10' }, otto);
    expect(await castOf(CHANNEL)).toEqual({ names: ['Otto'], origin: 'channel', missing: [] });
    expect(await castOf(THREAD)).toEqual({ names: ['Otto'], origin: 'channel', missing: [] });
    await stage.choose({ channelId: '11' }, mira);
    expect(await castOf(THREAD)).toEqual({ names: ['Mira'], origin: 'thread', missing: [] });
  });

  test('is nobody where that was chosen, whatever the server has', async () => {
    await stage.choose({ guildId: '7' }, mira);
    await stage.choose({ channelId: '10' }, null);
    expect((await castOf(THREAD)).names).toEqual([]);
  });

  test('is everybody of a roleplay, in the order of joining, until it ends', async () => {
    await stage.choose({ guildId: '7' }, mira);
    await stage.play('11', [otto, mira]);
    expect(await castOf(THREAD)).toEqual({ names: ['Otto', 'Mira'], origin: 'scene', missing: [] });
    expect((await castOf(CHANNEL)).origin).toBe('server');
    await stage.play('11', [otto, mira], { endedAt: 5 });
    expect(await castOf(THREAD)).toEqual({ names: ['Mira'], origin: 'server', missing: [] });
  });

  test('is told of those who were deleted', async () => {
    await stage.play('11', [otto, mira]);
    await stage.personas.remove(otto);
    expect(await castOf(THREAD)).toEqual({ names: ['Mira'], origin: 'scene', missing: [otto] });
  });

  test('is refused for an adult in a place that is not age-restricted', async () => {
    await stage.play('11', [mira, await stage.addPersona('Rake', { isAdult: true })]);
    await expect(stage.casting.of(THREAD)).rejects.toThrow('**Rake** is for adults');
    expect((await castOf({ ...THREAD, isAgeRestricted: true })).names).toEqual(['Mira', 'Rake']);
  });
});

describe('an adult persona', () => {
  const rake = { name: 'Rake', isAdult: true };

  test.each<[string, Place, RegExp]>([
    ['a channel of a server', CHANNEL, /ask an admin to switch on “Age-Restricted Channel”/],
    ['a direct message', { channelId: '12' }, /not in direct messages/],
  ])('does not speak in %s', (_, place, told) => {
    expect(() => requireGrownUpPlace(rake, place)).toThrow(told);
    expect(() => requireGrownUpPlace(rake, place)).toThrow(UserError);
  });

  test('speaks where the channel is age-restricted; others everywhere', () => {
    expect(() => requireGrownUpPlace(rake, { ...CHANNEL, isAgeRestricted: true })).not.toThrow();
    expect(() => requireGrownUpPlace({ name: 'Mira', isAdult: false }, CHANNEL)).not.toThrow();
  });
});
