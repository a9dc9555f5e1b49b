import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { UserError } from '../../../src/core/errors.ts';
import { allowAll, allowPanel, pickAllowed } from '../../../src/discord/models/allow.ts';
import type { SelectMenu, View } from '../../../src/discord/view.ts';
import { ADA, ALICE, CHANNEL, DIRECT, EURYALE, MIQU, MYTHO, type Scene, startScene, WIZARD } from './bot.ts';
import { buttonsOf } from './facts.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await startScene();
});
afterEach(() => scene.close());

const asked = () => ({ bot: scene.bot, place: CHANNEL, person: ADA });
const stored = async () => (await scene.settings.read({ guildId: '1' })).allowedModels;

function menuOf({ rows = [] }: View): SelectMenu {
  const menu = rows.find((row): row is SelectMenu => !Array.isArray(row));
  if (!menu) throw new Error('no menu');
  return menu;
}

/** What the menu offers; those that are chosen already with a star. */
const offered = (view: View) =>
  menuOf(view).options.map(({ value, default: isChosen }) => (isChosen ? `*${value}` : value));

/** Chooses these of what the panel shows, as a person would. */
const pick = (view: View, picked: string[], page = 1) =>
  pickAllowed(asked(), { page, shown: menuOf(view).options.map(({ value }) => value), picked });

describe('the panel of allowed models', () => {
  test('shows what is allowed now, and takes what is picked', async () => {
    const before = await allowPanel(asked());
    expect(before.text.split('\n')).toEqual([
      '**Models that members may pick**',
      'All 4, and those that the API adds later.',
      '`MythoMax-L2-13b` cannot be left out, because it answers where nobody chose a model.',
    ]);
    expect(offered(before)).toEqual([`*${MYTHO}`, `*${MIQU}`, `*${WIZARD}`, `*${EURYALE}`]);
    expect(menuOf(before)).toMatchObject({ custom_id: 'models-allow:1', min_values: 0, max_values: 4 });
    expect(buttonsOf(before)).toEqual(['(Allow all) -> models-allow-all:1']);

    const after = await pick(before, [MYTHO, WIZARD]);
    expect(after.text.split('\n')[1]).toBe('2 of 4. Those who manage the server may pick any.');
    expect(offered(after)).toEqual([`*${MYTHO}`, MIQU, `*${WIZARD}`, EURYALE]);
    expect(buttonsOf(after)).toEqual(['Allow all -> models-allow-all:1']);
    expect(await stored()).toEqual([MYTHO, WIZARD]);
  });

  test('allows all again by the button, and by picking all', async () => {
    const limited = await pick(await allowPanel(asked()), [WIZARD]);
    await pick(limited, [MYTHO, MIQU, WIZARD, EURYALE]);
    expect(await stored()).toBe(undefined);
    await pick(await allowPanel(asked()), [WIZARD]);
    expect((await allowAll(asked())).text).toContain('All 4,');
    expect(await stored()).toBe(undefined);
  });

  test('keeps what answers by default, and says so once', async () => {
    await scene.settings.update({ guildId: '1' }, (current) => ({
      ...current,
      model: { id: MIQU, by: ADA, at: 1 },
    }));
    const view = await pick(await allowPanel(asked()), []);
    expect(view.text.split('\n').slice(1)).toEqual([
      '1 of 4. Those who manage the server may pick any.',
      '`Midnight-Miqu-70B-v1.5` cannot be left out, because it answers where nobody chose a model.',
    ]);
    expect(await stored()).toEqual([MIQU]);
  });

  test('drops what vanished meanwhile with a notice, and keeps what is only not served at present', async () => {
    await pick(await allowPanel(asked()), [MYTHO, EURYALE]);
    const stale = await allowPanel(asked());
    await scene.list([MYTHO, MIQU]);
    const view = await pick(stale, [MYTHO, WIZARD]);
    expect(view.text.split('\n').slice(1)).toEqual([
      '1 of 2. Those who manage the server may pick any.',
      '`MythoMax-L2-13b` cannot be left out, because it answers where nobody chose a model.',
      '`WizardLM-2-8x22B` is not served any more, so it was left out.',
    ]);
    expect(await stored()).toEqual([MYTHO]);

    await scene.list([MYTHO, MIQU, WIZARD]);
    await pick(await allowPanel(asked()), [MYTHO, WIZARD]);
    await scene.list([MYTHO, MIQU]);
    expect((await pick(await allowPanel(asked()), [MYTHO])).text).toContain(
      'Picked too, but not served at present: 1.',
    );
    expect(await stored()).toEqual([WIZARD, MYTHO]);
  });

  test('takes out and keeps what came back under another name of its quantisation', async () => {
    await pick(await allowPanel(asked()), [MYTHO, MIQU, EURYALE]);
    const renamed = EURYALE.replace('-FP8-Dynamic', '-AWQ');
    await scene.list([MYTHO, MIQU, WIZARD, renamed]);
    const stale = await allowPanel(asked());
    expect(offered(stale)).toEqual([`*${MYTHO}`, `*${MIQU}`, WIZARD, `*${renamed}`]);
    await pick(stale, [MYTHO, renamed]);
    expect(await stored()).toEqual([MYTHO, renamed]);
    await scene.settings.update({ guildId: '1' }, () => ({ allowedModels: [MYTHO, EURYALE] }));
    expect(offered(await pick(stale, [MYTHO]))).toEqual([`*${MYTHO}`, MIQU, WIZARD, renamed]);
    expect(await stored()).toEqual([MYTHO]);
  });

  test('keeps two quantisations apart that are served side by side', async () => {
    await scene.list([MYTHO, 'Other-13B', 'Other-13B-AWQ']);
    await pick(await allowPanel(asked()), [MYTHO, 'Other-13B']);
    expect(await stored()).toEqual([MYTHO, 'Other-13B']);
  });

  test('has pages of 25, and a choice on one leaves the others alone', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `Model-${index}`);
    await scene.list([...ids, MYTHO]);
    const [first, second, third] = await Promise.all([1, 2, 3].map((page) => allowPanel(asked(), page)));
    expect([first, second, third].map((view) => view && offered(view).length)).toEqual([25, 25, 11]);
    expect(second && buttonsOf(second)).toEqual([
      '◀ Previous -> models-allow-page:1',
      'Next ▶ -> models-allow-page:3',
      '(Allow all) -> models-allow-all:1',
    ]);
    if (!first || !second) throw new Error('no pages');
    await pick(first, ['Model-3']);
    const view = await pick(second, ['Model-30', 'Model-31'], 2);
    expect(view.text.split('\n')[0]).toBe('**Models that members may pick**, page 2 of 3');
    expect(offered(view).filter((option) => option.startsWith('*'))).toEqual(['*Model-30', '*Model-31']);
    expect(view.text).toContain('\nThis menu changes page 2 only. Picked on other pages: 12.');
    expect((await stored())?.filter((id) => id !== MYTHO)).toEqual([
      ...ids.slice(50),
      'Model-3',
      'Model-30',
      'Model-31',
    ]);
  });

  test('takes what two admins pick at once, one after the other', async () => {
    const ids = Array.from({ length: 30 }, (_, index) => `Model-${index}`);
    await scene.list([MYTHO, ...ids]);
    const [first, second] = [await allowPanel(asked(), 1), await allowPanel(asked(), 2)];
    await Promise.all([pick(first, [MYTHO]), pick(second, ['Model-29'], 2)]);
    expect((await stored())?.toSorted()).toEqual(['Model-29', MYTHO]);
  });

  test('needs the permission Manage Server at each press, and a server', async () => {
    const refusal = new UserError(
      'permission',
      'Choosing the models that members may pick needs the permission Manage Server.',
    );
    const byAlice = { ...asked(), person: ALICE };
    await expect(allowPanel(byAlice)).rejects.toThrow(refusal);
    await expect(allowAll(byAlice)).rejects.toThrow(refusal);
    await expect(pickAllowed(byAlice, { page: 1, shown: [MYTHO, MIQU], picked: [] })).rejects.toThrow(refusal);
    await expect(allowPanel({ ...asked(), place: DIRECT })).rejects.toThrow(
      'Lists of models that members may pick are for servers. In direct messages you may pick any.',
    );
    expect(await stored()).toBe(undefined);
  });
});
