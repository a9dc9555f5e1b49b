import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { plainPng } from '../../../src/personas/cards/png.ts';
import { writeZip } from '../../../src/personas/cards/zip.ts';
import type { Here, ShownMessage } from '../../../src/simulator/discord/index.ts';
import { answerOf, changed, press, rowsOf, standing, toldBy } from '../../support/panel.ts';
import { webp } from '../../support/pictures.ts';
import { forged } from '../dispatch-scene.ts';
import { cardFile, cardJson, embedText, fillForm, type PersonaScene, startPersonas, use } from './scene.ts';

let scene: PersonaScene;
beforeAll(async () => {
  scene = await startPersonas();
});
afterAll(() => scene.close());

const PNG = (name: string) => ({ name, type: 'image/png', data: Buffer.from(plainPng()) });

/** A persona of the server, and its panel for an admin. */
async function editing(name: string, data = {}): Promise<{ here: Here; panel: ShownMessage }> {
  const here = scene.mia.in(scene.newRoom());
  await use(here, 'import', {}, cardFile({ name, ...data }));
  return { here, panel: await use(here, 'edit', { persona: name }) };
}

async function save(here: Here, panel: ShownMessage, form: Parameters<typeof fillForm>[2]): Promise<ShownMessage> {
  const before = here.messages().find(({ id }) => id === panel.id) ?? panel;
  await fillForm(here, panel, form);
  return changed(here, before);
}

async function storedCard(name: string): Promise<unknown> {
  const { ref } = await scene.personas.find({ channelId: '1', guildId: scene.guild.id }, scene.mia.id, name);
  return (await scene.personas.get(ref))?.card.raw;
}

describe('/persona edit', () => {
  test('changes what was typed, keeps all the rest of the card, and an Undo brings the earlier one back', async () => {
    const { here, panel } = await editing('Ada');
    const original = await storedCard('Ada');
    expect(panel.content).toBe(
      [
        '**Edit Ada** · of this server',
        'Description: 37 characters',
        'Personality: 13 characters',
        'Scenario: empty',
        'Example dialogue: empty',
        'System prompt: empty',
        'Post-history instructions: empty',
        'Creator’s notes: 14 characters',
        '2 greetings · 0 faces',
        'Tags: harbour',
        '-# Everything else of the card stays as it is.',
      ].join('\n'),
    );

    const saved = await save(here, panel, ['More', { scenario: 'Fog.' }]);
    expect(saved.content).toMatch(/^\*\*Saved\*\*: scenario\.\n/);
    expect(await storedCard('Ada')).toEqual(cardJson({ name: 'Ada', scenario: 'Fog.' }));

    const undone = await press(here, saved, 'Undo');
    expect(undone.content).toBe('**Undone.** It is as it was before.');
    expect(await storedCard('Ada')).toEqual(original);
  });

  test('an Undo ends when the persona was changed since, after 10 minutes, and for those who may not edit', async () => {
    const { here, panel } = await editing('Bela');
    const undoOf = (message: ShownMessage) => message.components.at(-1)?.['components'] as { custom_id: string }[];
    const first = await save(here, panel, ['More', { scenario: 'One.' }]);
    const [early] = undoOf(first);
    scene.botClock.set(scene.botClock.now() + 1_000);
    const second = await save(here, first, ['More', { scenario: 'Two.' }]);
    const again = await forged(scene, here, { type: 2, style: 2, label: 'Undo', custom_id: early?.custom_id });
    expect(await toldBy(await here.click(again, 'Undo'))).toBe(
      'This persona was changed again since then, so the change cannot be undone.',
    );
    const room = scene.newRoom();
    const [late] = undoOf(second);
    const theirs = await forged(scene, scene.alice.in(room), {
      type: 2,
      style: 2,
      label: 'Undo',
      custom_id: late?.custom_id,
    });
    expect(await toldBy(await scene.alice.in(room).click(theirs, 'Undo'))).toContain(
      'needs the permission Manage Server',
    );

    const third = await save(here, second, ['More', { scenario: 'Three.' }]);
    scene.botClock.set(scene.botClock.now() + 11 * 60_000);
    expect(await toldBy(await here.click(third, 'Undo'))).toBe(
      'The 10 minutes are over, or I was restarted: it cannot be undone any more.',
    );
  });

  test('the form holds what stands in the card, and a form left as it is changes nothing', async () => {
    const { here, panel } = await editing('Cleo');
    const opened = await here.click(panel, 'Edit');
    await opened.acknowledged;
    expect(standing(opened)).toEqual({
      name: 'Cleo',
      description: 'A harbour pilot who knows every rock.',
      firstMessage: 'Watch the step, {{user}}.',
      tags: 'harbour',
      portrait: '',
    });
    await here.submitModal(opened, {});
    expect((await changed(here, panel)).content).toMatch(/^Nothing was changed\.\n/);
  });

  test('a mistake costs nothing of what was typed', async () => {
    const here = scene.alice.in(scene.newRoom());
    await use(here, 'import', {}, cardFile({ name: 'Faulty' }));
    const panel = await use(here, 'edit', { persona: 'Faulty' });
    const refused = await save(here, panel, ['Edit', { name: '\u200b', description: 'Typed at length.' }]);
    expect(refused.content).toContain('A persona needs a name.');
    const again = await here.click(refused, 'Try again');
    await again.acknowledged;
    expect(standing(again)).toMatchObject({ name: '\u200b', description: 'Typed at length.' });
    await here.submitModal(again, { name: 'Mended' });
    expect((await changed(here, refused)).content).toContain('**Saved**: name, description.');
  });

  test('a portrait that is none costs none of the texts beside it', async () => {
    const { here, panel } = await editing('Dora');
    const portrait = { name: 'face.png', type: 'image/png', data: 'no picture' };
    const saved = await save(here, panel, ['Edit', { description: 'New.', portrait: [portrait] }]);
    expect(saved.content).toContain(
      '**Saved**: description.\nThe portrait was not used. “face.png” is no picture that Discord shows.',
    );
  });

  test('a WEBP picture is no portrait, but may be a face', async () => {
    const { here, panel } = await editing('Dove');
    const picture = { name: 'face.webp', type: 'image/webp', data: webp(64, 64) };
    expect((await save(here, panel, ['Edit', { portrait: [picture] }])).content).toContain(
      'Nothing was changed.\nThe portrait was not used. “face.webp” is a WEBP picture, which Discord does not show beside messages.',
    );
    const faces = await press(here, panel, 'Faces');
    expect((await save(here, faces, ['Add faces', { pictures: [picture] }])).content).toContain('**Added**: 1 face.');
  });

  test('greetings are paged through, changed and added', async () => {
    const { here, panel } = await editing('Edda');
    const first = await press(here, panel, 'Greetings');
    expect(first.embeds[0]).toMatchObject({
      description: 'Watch the step, {{user}}.',
      footer: { text: 'Greeting 1 of 2' },
    });
    expect(rowsOf(first)).toEqual(['[◀ Previous] | Next ▶ | Back', 'Edit this one | Add one']);
    const second = await press(here, first, 'Next ▶');
    expect(second.embeds[0]?.['description']).toBe('You again.');
    await save(here, second, ['Add one', { greeting: 'A third.' }]);
    expect(await storedCard('Edda')).toEqual(
      cardJson({ name: 'Edda', alternate_greetings: ['You again.', 'A third.'] }),
    );
  });

  test('members may neither edit nor delete what is the server’s; one that comes with the bot nobody may', async () => {
    await editing('Fara');
    const here = scene.alice.in(scene.newRoom());
    const refusal =
      'Changing this server’s personas needs the permission Manage Server, or the role that an admin chose for it in `/settings`.';
    expect((await use(here, 'edit', { persona: 'Fara' })).content).toBe(refusal);
    expect((await use(here, 'delete', { persona: 'Fara' })).content).toBe(refusal);
    expect((await use(scene.mia.in(scene.newRoom()), 'edit', { persona: 'Quill' })).content).toContain(
      'Personas that come with the bot cannot be changed.',
    );
    expect(rowsOf(await use(here, 'show', { persona: 'Fara' }))).toEqual(['Use here | Greetings | Export']);
  });
});

describe('faces', () => {
  test('are added one by one or as a ZIP, and taken away', async () => {
    const { here, panel } = await editing('Gwen');
    const empty = await press(here, panel, 'Faces');
    expect(empty.content).toContain('**Faces of Gwen** · 0 pictures');

    const one = await save(here, empty, ['Add faces', { pictures: [PNG('IMG_1.png')], emotion: 'Joy' }]);
    expect(one.content).toContain('**Added**: 1 face.');
    expect(one.content).toContain('`joy`');

    const archive = await writeZip(
      [
        ['anger.png', plainPng()],
        ['joy.png', plainPng()],
      ],
      0,
    );
    const zip = { name: 'faces.zip', type: 'application/zip', data: Buffer.from(archive) };
    const two = await save(here, one, ['Add faces', { pictures: [zip] }]);
    expect(two.content).toContain('**Added**: 2 faces, 1 of them in place of an earlier one.');
    expect(two.content).toContain('`anger` `joy`');

    const menu = two.components[0] as { components: { custom_id: string }[] };
    await here.select(two, menu.components[0]?.custom_id ?? '', ['joy']);
    const less = await changed(here, two);
    expect(less.content).toContain('**Taken away**: 1 face.');
    const undone = await press(here, less, 'Undo');
    expect(embedText(undone)).toContain('2 faces');
  });

  test('what is no picture is refused', async () => {
    const { here, panel } = await editing('Hugo');
    const faces = await press(here, panel, 'Faces');
    const text = { name: 'joy.png', type: 'image/png', data: 'text' };
    expect(await toldBy(await fillForm(here, faces, ['Add faces', { pictures: [text] }]))).toContain('is no picture');
  });
});

describe('/persona create', () => {
  test('opens a form, and what is typed becomes a persona', async () => {
    const here = scene.mia.in(scene.newRoom());
    const opened = await here.slash('persona create');
    await opened.acknowledged;
    expect(opened.modal?.title).toBe('A new persona of this server');
    const made = await answerOf(
      await here.submitModal(opened, {
        name: 'Nils',
        description: 'A baker.',
        firstMessage: 'Fresh bread!',
        portrait: [PNG('nils.png')],
        adult: ['yes'],
      }),
    );
    expect(made.ephemeral).toBe(true);
    expect(made.content).toBe('**Made.** It belongs to this server: everybody here can choose it.');
    expect(embedText(made)).toContain('**for adults**');
    expect(await storedCard('Nils')).toMatchObject({
      spec: 'chara_card_v3',
      data: { name: 'Nils', description: 'A baker.', first_mes: 'Fresh bread!' },
    });
  });

  test('a name that cannot be seen costs nothing of what was typed', async () => {
    const here = scene.mia.in(scene.newRoom());
    const opened = await here.slash('persona create');
    await opened.acknowledged;
    const typed = { name: '\u200b\u2060', description: 'A long story.', firstMessage: 'Hm.' };
    const refused = await answerOf(await here.submitModal(opened, { ...typed, adult: ['yes'] }));
    expect(refused.content).toBe('A persona needs a name. Type one that can be seen.');
    const again = await here.click(refused, 'Try again');
    await again.acknowledged;
    expect(standing(again)).toMatchObject(typed);
    await here.submitModal(again, { name: 'Seen' });
    const made = await changed(here, refused);
    expect(embedText(made)).toContain('**for adults**');
    expect(await storedCard('Seen')).toMatchObject({ data: { description: 'A long story.', first_mes: 'Hm.' } });
  });

  test('a person has room for 20 of their own', async () => {
    const here = scene.alice.in(await scene.alice.openDm());
    for (let number = 1; number <= 20; number++) await use(here, 'import', {}, cardFile({ name: `Own ${number}` }));
    const refused = await answerOf(await here.slash('persona create'));
    expect(refused.content).toBe(
      'You have 20 personas of your own already. Delete one with `/persona delete`, then try again.',
    );
  });
});

describe('/persona delete', () => {
  test('takes a persona away; Undo brings it back, files included', async () => {
    const { here, panel } = await editing('Iris');
    await save(here, panel, ['Edit', { portrait: [PNG('iris.png')] }]);
    const deleted = await use(here, 'delete', { persona: 'Iris' });
    expect(deleted.content).toBe(
      '**Deleted**: **Iris**. Where it spoke, the assistant replies; in a roleplay it plays no more, and the story stays. This can be undone for 10 minutes.',
    );
    expect((await use(here, 'show', { persona: 'Iris' })).content).toContain('There is no persona “Iris” here.');

    const back = await press(here, deleted, 'Undo');
    expect(back.content).toBe('**It is back.**');
    expect(back.embeds[0]?.['thumbnail']).toEqual({ url: expect.stringContaining('portrait.png') });
  });

  test('cannot be undone after 10 minutes', async () => {
    const { here } = await editing('Jona');
    const deleted = await use(here, 'delete', { persona: 'Jona' });
    scene.botClock.set(scene.botClock.now() + 11 * 60_000);
    expect(await toldBy(await here.click(deleted, 'Undo'))).toBe(
      'The 10 minutes are over: it cannot be undone any more.',
    );
  });
});
