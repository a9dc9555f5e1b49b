import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { contextLengthModal, readTokens, setContextLength } from '../../../src/discord/models/context-length.ts';
import { modelKey } from '../../../src/discord/models/model-key.ts';
import { pressedModelId, showModel, showModels } from '../../../src/discord/models/show.ts';
import { ADA, ALICE, CHANNEL, DIRECT, MIQU, NOW, type Scene, startScene, WIZARD } from './bot.ts';

describe('a typed context length', () => {
  test.each([
    ['16000', 16_000],
    [' 16,000 ', 16_000],
    ['16 000', 16_000],
    ['1,000,000', 1_000_000],
    ['512', 512],
    ['', undefined],
    ['   ', undefined],
  ])('%j is %p', (typed, tokens) => {
    expect(readTokens(typed)).toBe(tokens);
  });

  test.each(['511', '1000001', '0', '-1', '16.5', '16k', '1e4', '0x400', '16,0', 'many', '999999999999999999'])(
    '%j is refused with what is taken',
    (typed) => {
      expect(() => readTokens(typed)).toThrow(
        'A context length is a whole number of tokens, 512 to 1,000,000, such as 16000.',
      );
    },
  );
});

describe('the context length of a model in a server', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await startScene();
  });
  afterEach(() => scene.close());

  const key = modelKey(MIQU);
  const asked = (person = ADA, place = CHANNEL) => ({ bot: scene.bot, place, person });
  const contextOf = async (id: string) => (await scene.bot.choices.of(CHANNEL, id)).model.contextLengths;

  test('is set, shown in the form again, and removed by an empty one', async () => {
    expect(await setContextLength(asked(), key, '12,000')).toBe(MIQU);
    expect(await contextOf(MIQU)).toEqual([
      { source: 'admin', contextLength: 12_000 },
      { source: 'table', contextLength: 16_000 },
    ]);
    expect(await contextLengthModal(asked(), key)).toMatchObject({
      custom_id: `model-context-set:${key}`,
      inputs: { tokens: { value: '12000' } },
    });
    await setContextLength(asked(), key, ' ');
    expect(await contextOf(MIQU)).toEqual([{ source: 'table', contextLength: 16_000 }]);
    expect((await contextLengthModal(asked(), key)).inputs['tokens']?.value).toBe(undefined);
  });

  test('shows in the list and in what is told of the model', async () => {
    await setContextLength(asked(), key, '12000');
    expect((await showModels(asked())).text).toContain('`Midnight-Miqu-70B-v1.5`\n-# 12,000 tokens');
    expect((await showModel(asked(), 'miqu')).text).toContain('- **12,000: set by this server’s admins** (in force)');
  });

  test('is newer than what the API refused if it is entered again', async () => {
    const lengths = async () => (await contextOf(MIQU)).map(({ contextLength }) => contextLength);
    await setContextLength(asked(), key, '12000');
    await scene.clock.advance(1_000);
    scene.learned.teach(MIQU, { contextLength: 8_000 });
    expect(await lengths()).toEqual([8_000, 12_000, 16_000]);
    await scene.clock.advance(1_000);
    await setContextLength(asked(), key, '12000');
    expect(await lengths()).toEqual([12_000, 8_000, 16_000]);
    const { contextLengths } = await scene.settings.read({ guildId: '1' });
    await setContextLength(asked(), modelKey(WIZARD), '');
    expect(await scene.settings.read({ guildId: '1' })).toEqual({ contextLengths });
  });

  test('leaves those of other models alone', async () => {
    await setContextLength(asked(), key, '12000');
    await setContextLength(asked(), modelKey(WIZARD), '600');
    await setContextLength(asked(), key, '');
    expect(await scene.settings.read({ guildId: '1' })).toEqual({
      contextLengths: { [WIZARD]: { tokens: 600, at: NOW } },
    });
  });

  test('is for those who manage the server, at the form and at its sending', async () => {
    const refusal = 'Setting a context length needs the permission Manage Server.';
    await expect(contextLengthModal(asked(ALICE), key)).rejects.toThrow(refusal);
    await expect(setContextLength(asked(ALICE), key, '12000')).rejects.toThrow(refusal);
    await expect(setContextLength(asked(ADA, DIRECT), key, '12000')).rejects.toThrow('set for servers');
    expect(await scene.settings.read({ guildId: '1' })).toEqual({});
  });

  test('of a model that is gone, or a forged one, is not kept', async () => {
    await expect(setContextLength(asked(), 'forged', '12000')).rejects.toThrow('not served any more');
    expect(await contextLengthModal(asked(), 'forged')).toMatchObject({ title: 'Context length in this server' });
    await expect(pressedModelId(asked(), 'forged')).rejects.toThrow('not served any more');
  });
});
