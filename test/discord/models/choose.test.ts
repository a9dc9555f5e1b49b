import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { UserError } from '../../../src/core/errors.ts';
import { removeOwnModel, setServerDefault, useModel } from '../../../src/discord/models/choose.ts';
import { undoChange } from '../../../src/discord/models/undo.ts';
import type { View } from '../../../src/discord/view.ts';
import {
  ADA,
  ALICE,
  BOB,
  CHANNEL,
  DIRECT,
  EURYALE,
  IDA,
  MIA,
  MIQU,
  MYTHO,
  type Scene,
  startScene,
  THREAD,
  WIZARD,
} from './bot.ts';
import { buttonsOf } from './facts.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await startScene();
});
afterEach(() => scene.close());

const use = (person: typeof ALICE, name: string, place = CHANNEL) => useModel({ bot: scene.bot, place, person }, name);
const makeDefault = (person: typeof ALICE, name: string, place = CHANNEL) =>
  setServerDefault({ bot: scene.bot, place, person }, name);
const answeringIn = async (place = CHANNEL) => (await scene.bot.choices.of(place)).model.id;

const undoIdOf = (view: View) => {
  const [button = ''] = buttonsOf(view);
  expect(button).toMatch(/^Undo -> model-undo:/);
  return button.replace('Undo -> model-undo:', '');
};
const undo = (person: typeof ALICE, view: View, place = CHANNEL) =>
  undoChange({ bot: scene.bot, place, person }, undoIdOf(view));

describe('choosing who answers in a place', () => {
  test('names who did it and what answered before', async () => {
    const first = await use(ALICE, 'miqu');
    expect(first.text).toBe(
      '**Alice** chose `Midnight-Miqu-70B-v1.5` for this channel: it answers from now on, with a memory of 16,000 tokens.\n' +
        'Before: `MythoMax-L2-13b`, the default of whoever runs this bot.',
    );
    await scene.clock.advance(60_000);
    expect((await use(BOB, WIZARD)).text).toContain(
      'Before: `Midnight-Miqu-70B-v1.5`, set by **Alice** <t:1700000000:R>.',
    );
    expect(await answeringIn()).toBe(WIZARD);
  });

  test.each([
    [THREAD, 'this thread', 'chosen for the channel of this thread'],
    [DIRECT, 'this conversation', 'the default of whoever runs this bot'],
  ])('in %j concerns that place alone', async (place, name, inherited) => {
    await use(ALICE, MIQU);
    const { text } = await use(ALICE, WIZARD, place);
    expect(text).toContain(`chose \`${WIZARD}\` for ${name}`);
    expect(text).toContain(`, ${inherited}.`);
    expect([await answeringIn(), await answeringIn(place)]).toEqual([MIQU, WIZARD]);
  });

  test('again changes nothing and offers no Undo', async () => {
    await use(ALICE, MIQU);
    await scene.clock.advance(60_000);
    expect(await use(BOB, MIQU)).toEqual({
      isChanged: false,
      text: 'Nothing changed: `Midnight-Miqu-70B-v1.5` answers, chosen for this channel by **Alice** <t:1700000000:R>.',
    });
  });

  test('says at once that the chosen one is down', async () => {
    for (let failed = 0; failed < 2; failed += 1) scene.bot.health.record(MIQU, { ok: false, kind: 'timeout' });
    expect((await use(ALICE, MIQU)).text.split('\n')[1]).toBe(
      'It is down since <t:1700000000:R>: it takes too long to answer.',
    );
  });

  test('says that what was chosen before was gone already', async () => {
    await use(ALICE, EURYALE);
    await scene.list([MYTHO, MIQU]);
    expect((await use(BOB, MIQU)).text).toContain(
      `Before: \`${EURYALE}\`, set by **Alice** <t:1700000000:R>, which is not served any more.`,
    );
  });

  test('names the nearest when the model does not exist, and changes nothing', async () => {
    await expect(use(ALICE, 'Midnight-Mique')).rejects.toThrow(
      new UserError(
        'missing',
        'There is no model called “Midnight-Mique”. Nearest: `Midnight-Miqu-70B-v1.5`, `MythoMax-L2-13b`, `WizardLM-2-8x22B`.',
      ),
    );
    expect(await scene.settings.read({ channelId: CHANNEL.channelId })).toEqual({});
  });

  test('is refused before any list is there', async () => {
    const empty = await startScene({ ids: [] });
    await expect(useModel({ bot: empty.bot, place: CHANNEL, person: ALICE }, 'Anything')).rejects.toThrow(
      'The list of models could not be loaded yet. Please try again in a minute.',
    );
    await empty.close();
  });

  test('beyond the allowed models is for those who manage the server', async () => {
    await scene.settings.update({ guildId: '1' }, () => ({ allowedModels: [WIZARD] }));
    await expect(use(ALICE, MIQU)).rejects.toThrow(
      new UserError(
        'permission',
        'Members of this server may not pick `Midnight-Miqu-70B-v1.5`. They may pick: `MythoMax-L2-13b`, `WizardLM-2-8x22B`.',
      ),
    );
    await use(ALICE, WIZARD);
    await use(ADA, MIQU);
    expect(await answeringIn()).toBe(MIQU);
  });
});

describe('the word default', () => {
  test.each(['default', 'Default', ' default (MythoMax-L2-13b)'])(
    'as %j removes the choice of the place',
    async (word) => {
      await use(ALICE, MIQU);
      const view = await use(BOB, word);
      expect(view.text).toBe(
        '**Bob** removed the choice of this channel: `MythoMax-L2-13b` answers, the default of whoever runs this bot.\n' +
          'Before: `Midnight-Miqu-70B-v1.5`, set by **Alice** <t:1700000000:R>.',
      );
      expect(await scene.settings.read({ channelId: CHANNEL.channelId })).toEqual({});
    },
  );

  test('removes nothing where nothing was chosen', async () => {
    expect(await removeOwnModel({ bot: scene.bot, place: THREAD, person: ALICE })).toEqual({
      isChanged: false,
      text: 'No model was chosen for this thread: `MythoMax-L2-13b` answers, the default of whoever runs this bot.',
    });
  });

  test('is not the beginning of a model’s name', async () => {
    await scene.list([MYTHO, 'Default-Tales-7B']);
    await use(ALICE, 'default-tales');
    expect(await answeringIn()).toBe('Default-Tales-7B');
  });
});

describe('the server’s default', () => {
  test('answers where nobody chose another, and says what it was before, by whom and when', async () => {
    const first = await makeDefault(ADA, 'wizard');
    expect(first.text).toBe(
      '**Ada** made `WizardLM-2-8x22B` the server’s default: it answers wherever nobody chose another model.\n' +
        'Before: none was set, so `MythoMax-L2-13b` (the default of whoever runs this bot) answered.',
    );
    await scene.clock.advance(60_000);
    expect((await makeDefault(IDA, MIQU)).text).toContain(
      'Before: `WizardLM-2-8x22B`, set by **Ada** <t:1700000000:R>.',
    );
    expect(await answeringIn(THREAD)).toBe(MIQU);
    expect((await makeDefault(IDA, MIQU)).text).toBe(
      'Nothing changed. The server’s default: `Midnight-Miqu-70B-v1.5`, set by **Ida** <t:1700000060:R>.',
    );
  });

  test('of two admins at once is that of the later, who is told of the earlier', async () => {
    const [first, second] = await Promise.all([makeDefault(ADA, WIZARD), makeDefault(IDA, MIQU)]);
    const befores = [first, second].map(({ text }) => text.split('\n')[1]);
    const isAdaFirst = befores[0]?.includes('none was set');
    expect(befores).toContain(
      'Before: none was set, so `MythoMax-L2-13b` (the default of whoever runs this bot) answered.',
    );
    expect(befores).toContain(
      isAdaFirst
        ? 'Before: `WizardLM-2-8x22B`, set by **Ada** <t:1700000000:R>.'
        : 'Before: `Midnight-Miqu-70B-v1.5`, set by **Ida** <t:1700000000:R>.',
    );
    expect(await answeringIn()).toBe(isAdaFirst ? MIQU : WIZARD);
  });

  test('is removed by the word default', async () => {
    await makeDefault(ADA, WIZARD);
    expect((await makeDefault(ADA, 'default')).text).toBe(
      '**Ada** removed the server’s default: `MythoMax-L2-13b` (the default of whoever runs this bot) answers wherever nobody chose a model.\n' +
        'Before: `WizardLM-2-8x22B`, set by **Ada** <t:1700000000:R>.',
    );
  });

  test('needs the permission Manage Server, and a server', async () => {
    await expect(makeDefault(MIA, WIZARD)).rejects.toThrow(
      new UserError('permission', 'Choosing the server’s default model needs the permission Manage Server.'),
    );
    await expect(makeDefault(ALICE, WIZARD, DIRECT)).rejects.toThrow(
      new UserError('input', 'A default is for servers. Here `/models use` chooses who answers.'),
    );
  });
});

describe('Undo', () => {
  test('puts back what was chosen before, or nothing if nothing was', async () => {
    const first = await use(ALICE, MIQU);
    expect(await undo(ALICE, first)).toEqual({
      text: '**Alice** undid this: `MythoMax-L2-13b` answers, the default of whoever runs this bot.',
    });
    await use(ALICE, MIQU);
    const second = await use(BOB, WIZARD);
    await undo(BOB, second);
    expect(await answeringIn()).toBe(MIQU);
    const removed = await use(ALICE, 'default');
    await undo(ALICE, removed);
    expect(await answeringIn()).toBe(MIQU);
  });

  test('is for the person who changed it, and for moderators', async () => {
    const change = await use(ALICE, MIQU);
    const removed = await use(ALICE, 'default', THREAD)
      .then(() => use(ALICE, WIZARD, THREAD))
      .then(() => use(ALICE, 'default', THREAD));
    const refusal = new UserError('permission', 'Only the person who changed the model, or a moderator, can undo it.');
    await expect(undo(BOB, change)).rejects.toThrow(refusal);
    await expect(undo(BOB, removed, THREAD)).rejects.toThrow(refusal);
    expect((await undo(MIA, change)).text).toMatch(/^\*\*Mia\*\* undid this/);
    const again = await use(ALICE, MIQU);
    expect((await undo({ ...ADA, isModerator: false }, again)).text).toMatch(/^\*\*Ada\*\* undid this/);
  });

  test('of the server’s default is for those who manage the server', async () => {
    await makeDefault(ADA, WIZARD);
    const change = await makeDefault(ADA, MIQU);
    await expect(undo(MIA, change)).rejects.toThrow('needs the permission Manage Server.');
    expect((await undo(IDA, change)).text).toBe(
      '**Ida** undid this: `WizardLM-2-8x22B` is the server’s default again.',
    );
    expect(await answeringIn()).toBe(WIZARD);
  });

  test('of the first default leaves none', async () => {
    const change = await makeDefault(ADA, MIQU);
    expect((await undo(ADA, change)).text).toBe('**Ada** undid this: the server has no default again.');
  });

  test('does nothing once the model was changed again', async () => {
    const first = await use(ALICE, MIQU);
    await scene.clock.advance(1);
    await use(BOB, WIZARD);
    await expect(undo(ALICE, first)).rejects.toThrow('changed again since then');
    await use(ALICE, 'default');
    await expect(undo(ALICE, first)).rejects.toThrow('changed again since then');
    expect(await answeringIn()).toBe(MYTHO);
  });

  test('cannot bring back what is gone', async () => {
    await use(ALICE, EURYALE);
    const change = await use(ALICE, MIQU);
    await scene.list([MYTHO, MIQU]);
    await expect(undo(ALICE, change)).rejects.toThrow('The model that was chosen before is not served any more.');
    expect(await answeringIn()).toBe(MIQU);
  });

  test('cannot be forged into a model that members may not pick', async () => {
    await use(ADA, MIQU);
    await scene.settings.update({ guildId: '1' }, () => ({ allowedModels: [WIZARD] }));
    const change = await use(ALICE, WIZARD);
    await expect(undo(ALICE, change)).rejects.toThrow('Members of this server may not pick `Midnight-Miqu-70B-v1.5`');
    await undo(ADA, change);
    expect(await answeringIn()).toBe(MIQU);
  });

  test('of another place or with a made-up id does no harm', async () => {
    const change = await use(ALICE, MIQU);
    await expect(undo(ALICE, change, THREAD)).rejects.toThrow('changed again since then');
    await expect(undoChange({ bot: scene.bot, place: CHANNEL, person: ADA }, 'x')).rejects.toThrow('older version');
    const server = await makeDefault(ADA, MIQU);
    await expect(undo(ADA, server, DIRECT)).rejects.toThrow('This button belongs to a server.');
  });
});
