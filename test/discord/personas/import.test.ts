import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { plainPng } from '../../../src/personas/cards/png.ts';
import type { ShownMessage } from '../../../src/simulator/discord/index.ts';
import { answerOf, changed, press, rowsOf, toldBy } from '../../support/panel.ts';
import { cardFile, cardJson, embedText, fillForm, type PersonaScene, startPersonas, use } from './scene.ts';

let scene: PersonaScene;
beforeAll(async () => {
  scene = await startPersonas();
});
afterAll(() => scene.close());

async function fileOf({ attachments: [file] }: ShownMessage): Promise<Buffer> {
  if (!file) throw new Error('no file');
  return Buffer.from(await (await fetch(file.url)).arrayBuffer());
}

async function ownersOf(name: string): Promise<string[]> {
  const place = { channelId: '1', guildId: scene.guild.id };
  const all = await Promise.all([scene.alice, scene.mia].map(({ id }) => scene.personas.visible(place, id)));
  const found = all.flat().filter((persona) => persona.name === name);
  return [...new Set(found.map(({ ref }) => ref.split(':').slice(0, 2).join(':')))];
}

describe('/persona import', () => {
  test('an admin’s card becomes the server’s, and the report says what is in it', async () => {
    const here = scene.mia.in(scene.newRoom());
    const report = await use(here, 'import', {}, cardFile({ name: 'Harbour pilot', extensions: { world: 'a book' } }));

    expect(report.ephemeral).toBe(true);
    expect(report.content).toBe('**Imported.** It belongs to this server: everybody here can choose it.');
    expect(embedText(report)).toBe(
      [
        'Harbour pilot',
        'V3 in a JSON file · 2 greetings · no lorebook',
        "Kept for exports, not used: a link to a lorebook of the author's",
        '**Creator’s notes**',
        '> Best at night.',
      ].join('\n'),
    );
    expect(await ownersOf('Harbour pilot')).toEqual([`guild:${scene.guild.id}`]);
  });

  test('a member’s card becomes their own', async () => {
    const here = scene.alice.in(scene.newRoom());
    const report = await use(here, 'import', {}, cardFile({ name: 'Alone' }));
    expect(report.content).toBe(
      '**Imported.** It is yours: only you can choose it, in every server and in direct messages.',
    );
    expect(await ownersOf('Alone')).toEqual([`user:${scene.alice.id}`]);
  });

  test('a member with the role that the server names for it imports for the server', async () => {
    const role = scene.guild.createRole({ name: 'Writers', permissions: 0n });
    await scene.settings.update({ guildId: scene.guild.id }, (current) => ({ ...current, personaRole: role.id }));
    const writer = scene.discord.createPerson({ name: 'Wren' });
    scene.guild.join(writer, { roles: [role] });
    const report = await use(writer.in(scene.newRoom()), 'import', {}, cardFile({ name: 'Of the writers' }));
    expect(report.content).toContain('It belongs to this server');
  });

  test('a lorebook is refused, with the command that takes it', async () => {
    const here = scene.mia.in(scene.newRoom());
    const data = JSON.stringify({ entries: { 0: { uid: 0, key: ['sea'], content: 'wet' } } });
    const answer = await use(
      here,
      'import',
      {},
      { files: { file: { name: 'sea.json', type: 'application/json', data } } },
    );
    expect(answer.content).toBe('This is a lorebook, not a character card. Import it with `/lorebook import`.');
  });

  test('a card that its tags call adult is marked, and the importer can say otherwise', async () => {
    const here = scene.alice.in(scene.newRoom());
    const report = await use(here, 'import', {}, cardFile({ name: 'Grown', tags: ['NSFW'] }));
    expect(report.content).toContain('It is **for adults**, so it speaks in age-restricted channels only.');
    expect(embedText(report)).not.toContain('Best at night');
    expect(rowsOf(report)[0]).toBe('[Use here] | Show | Edit');

    const menu = report.components[1] as { components: { custom_id: string }[] };
    await here.select(report, menu.components[0]?.custom_id ?? '', 'no');
    const shown = await changed(here, report);
    expect(shown.content).toBe('**Not for adults**: it may speak everywhere.');
    expect(embedText(shown)).toContain('Best at night');
  });
});

describe('a card whose name exists', () => {
  const add = async (name: string) => {
    const here = scene.mia.in(scene.newRoom());
    await use(here, 'import', {}, cardFile({ name }));
    const question = await use(here, 'import', {}, cardFile({ name, description: 'Another one.', creator_notes: '' }));
    expect(rowsOf(question)).toEqual(['Replace | Keep both | Cancel']);
    return { here, question };
  };
  const descriptionsOf = async (name: string) => {
    const place = { channelId: '1', guildId: scene.guild.id };
    const found = (await scene.personas.visible(place, scene.mia.id)).filter((persona) => persona.name === name);
    const loaded = await Promise.all(found.map(({ ref }) => scene.personas.load(ref)));
    return loaded.map((persona) => persona?.persona.description).sort();
  };
  const FIRST = 'A harbour pilot who knows every rock.';

  test('nothing is stored before somebody answers', async () => {
    await add('Twin');
    expect(await descriptionsOf('Twin')).toEqual([FIRST]);
  });

  test('Cancel keeps the first', async () => {
    const { here, question } = await add('Cancelled');
    expect((await press(here, question, 'Cancel')).content).toBe('Nothing was imported.');
    expect(await descriptionsOf('Cancelled')).toEqual([FIRST]);
  });

  test('Keep both keeps both, and the list tells them apart', async () => {
    const { here, question } = await add('Both');
    expect((await press(here, question, 'Keep both')).content).toContain('**Imported.**');
    expect(await descriptionsOf('Both')).toEqual([FIRST, 'Another one.'].sort());
    const suggested = await here.autocomplete('persona show', 'persona', 'both');
    expect(suggested.map(({ name }) => name)).toEqual(['Both', 'Both (2)']);
    const second = await use(here, 'show', { persona: 'Both (2)' });
    expect(embedText(second)).toContain('Both (2)');
  });

  test('Replace takes the place of the first, and Undo brings it back', async () => {
    const { here, question } = await add('Replaced');
    const report = await press(here, question, 'Replace');
    expect(report.content).toBe('**Replaced.** **Replaced** is now what the file says.');
    expect(await descriptionsOf('Replaced')).toEqual(['Another one.']);

    expect((await press(here, report, 'Undo')).content).toBe('**Undone.** It is as it was before.');
    expect(await descriptionsOf('Replaced')).toEqual([FIRST]);
  });

  test('the question is forgotten after 15 minutes', async () => {
    const { here, question } = await add('Late');
    // The simulator's clock says when a message was made.
    scene.botClock.set(question.createdAt + 16 * 60_000);
    const refused = await here.click(question, 'Keep both');
    expect(await toldBy(refused)).toBe(
      'This question was asked too long ago, and the file is forgotten. Use `/persona import` again.',
    );
    expect(await descriptionsOf('Late')).toEqual([FIRST]);
  });
});

describe('/persona export', () => {
  test('what was imported comes out again in each format', async () => {
    const here = scene.mia.in(scene.newRoom());
    const portrait = { name: 'face.png', type: 'image/png', data: Buffer.from(plainPng()) };
    await use(here, 'import', {}, cardFile({ name: 'Round trip' }));
    const panel = await use(here, 'edit', { persona: 'Round trip' });
    const saved = await fillForm(here, panel, ['Edit', { portrait: [portrait] }]);
    await saved.acknowledged;
    expect((await changed(here, panel)).content).toContain('**Saved**: portrait.');

    const png = await use(here, 'export', { persona: 'Round trip' });
    expect(png.attachments.map(({ filename }) => filename)).toEqual(['Round_trip.png']);
    expect(rowsOf(png)).toEqual(['JSON (V3) | JSON (V2) | CHARX']);

    const json = await press(here, png, 'JSON (V3)');
    const exported = JSON.parse((await fileOf(json)).toString()) as { data: Record<string, unknown> };
    const { modification_date: _, ...data } = exported.data;
    expect(data).toEqual({ ...(cardJson({ name: 'Round trip' })['data'] as object) });

    const again = await use(
      scene.alice.in(scene.newRoom()),
      'import',
      {},
      {
        files: { file: { name: 'round.png', type: 'image/png', data: await fileOf(png) } },
      },
    );
    expect(embedText(again)).toContain('V3 in a PNG · 2 greetings');
    // The plain picture of the export is no portrait.
    expect(again.embeds[0]?.['thumbnail']).toBeUndefined();
  });

  test('a persona that comes with the bot is exported too', async () => {
    const here = scene.alice.in(scene.newRoom());
    const shown = await use(here, 'show', { persona: 'Inspector Bezel' });
    const answer = await answerOf(await here.click(shown, 'Export'));
    expect(answer.ephemeral).toBe(true);
    expect(answer.attachments.map(({ filename }) => filename)).toEqual(['Inspector_Bezel.png']);
    const charx = await press(here, answer, 'CHARX');
    expect(charx.attachments.map(({ filename }) => filename)).toEqual(['Inspector_Bezel.charx']);
  });

  test('a file that Discord does not take is not sent; JSON is offered', async () => {
    const here = scene.mia.in(scene.newRoom());
    await use(here, 'import', {}, cardFile({ name: 'Heavy' }));
    const panel = await press(here, await use(here, 'edit', { persona: 'Heavy' }), 'Faces');
    // Random bytes do not get smaller in an archive.
    const large = (name: string) => ({
      name,
      type: 'image/png',
      data: Buffer.concat([plainPng(), randomBytes(6 * 1024 * 1024)]),
    });
    await fillForm(here, panel, ['Add faces', { pictures: [large('joy.png'), large('anger.png')] }]);
    await changed(here, panel);

    const answer = await use(here, 'export', { persona: 'Heavy', format: 'charx' });
    expect(answer.content).toBe(
      'As CHARX this persona has 12.0 MiB, and Discord takes 10.0 MiB here. A JSON file holds all of it but the pictures.',
    );
    expect(answer.attachments).toEqual([]);
    expect((await press(here, answer, 'JSON (V3)')).attachments.map(({ filename }) => filename)).toEqual([
      'Heavy_v3.json',
    ]);
  });
});
