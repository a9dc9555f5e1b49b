import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { changed, press, rowsOf, toldBy } from '../../support/panel.ts';
import { cardFile, embedText, fillForm, type PersonaScene, startPersonas, use } from './scene.ts';

let scene: PersonaScene;
beforeAll(async () => {
  scene = await startPersonas();
});
afterAll(() => scene.close());

describe('/persona list', () => {
  test('shows five to a page with portraits and marks, and a menu opens one', async () => {
    const here = scene.mia.in(scene.newRoom());
    await use(here, 'import', {}, cardFile({ creator_notes: 'A *pilot*.' }));
    await use(here, 'import', {}, cardFile({ name: 'Velvet', tags: ['nsfw'] }));
    await use(here, 'use', { persona: 'Aria' });

    const list = await use(here, 'list');
    expect(list.ephemeral).toBe(true);
    expect(list.content).toContain('**6 personas**, page 1 of 2');
    expect(rowsOf(list)[1]).toBe('[◀ Previous] | Next ▶');
    const [aria, velvet, quill] = list.embeds;
    expect(aria).toMatchObject({
      title: 'Aria',
      description: '**speaks here** · of this server · 2 greetings\nA \\*pilot\\*.',
    });
    expect(velvet).toMatchObject({
      title: 'Velvet',
      description: 'of this server · **for adults** · 2 greetings\nShown in age-restricted channels only.',
    });
    expect(quill).toMatchObject({ title: 'Quill', thumbnail: { url: expect.stringContaining('portrait3.png') } });

    const next = await press(here, list, 'Next ▶');
    expect(next.embeds.map(({ title }) => title)).toEqual(['Inspector Bezel (speaks as Bezel)']);
    const menu = next.components[0] as { components: { custom_id: string; options: { value: string }[] }[] };
    await here.select(next, menu.components[0]?.custom_id ?? '', menu.components[0]?.options[0]?.value ?? '');
    const shown = await changed(here, next);
    expect(embedText(shown)).toContain('-# comes with the bot');
    expect(rowsOf(shown)).toEqual(['Use here | Greetings | Export', 'Server default']);
  });

  test('a persona is found by its nickname too, which nobody else can take', async () => {
    const here = scene.alice.in(scene.newRoom());
    const imported = await use(here, 'import', {}, cardFile({ name: 'Richard Roe', nickname: 'Discord Ricky' }));
    expect(imported.content).toContain('so **Discord Ricky** speaks as **Dis-cord Ricky**.');
    expect(embedText(await use(here, 'show', { persona: 'discord ricky' }))).toContain('Richard Roe');
    expect((await here.autocomplete('persona show', 'persona', 'ricky')).map(({ value }) => value)).toEqual([
      'Richard Roe',
    ]);
    const form = await fillForm(here, await use(here, 'me'), ['Write it', { name: 'discord ricky' }]);
    expect(await toldBy(form)).toContain('is the name of the bot or of a persona here');
  });

  test('a name is no link, and no mention', async () => {
    const here = scene.alice.in(scene.newRoom());
    await use(here, 'import', {}, cardFile({ name: '[Free](https://evil.example) <#1>' }));
    const told = await use(here, 'use', { persona: '[Free](https://evil.example) <#1>' });
    expect(told.content).toContain('chose **\\[Free\\](https:\\//evil.example) \\<\\#1\\>** for this channel');
  });

  test('the bot’s own name is warned of', async () => {
    const here = scene.alice.in(scene.newRoom());
    const imported = await use(here, 'import', {}, cardFile({ name: 'drama-tis' }));
    expect(imported.content).toContain('⚠️ It has my name');
  });

  test('a member does not see what is another’s own', async () => {
    await use(scene.mia.in(await scene.mia.openDm()), 'import', {}, cardFile({ name: 'Secret' }));
    const here = scene.alice.in(scene.newRoom());
    expect((await use(here, 'list')).content).toContain('**9 personas**');
    expect(await here.autocomplete('persona show', 'persona', 'secret')).toEqual([]);
    expect((await use(here, 'show', { persona: 'Secret' })).content).toContain('There is no persona “Secret” here.');
  });

  test('greetings of a persona for adults are not shown where anybody reads', async () => {
    const room = scene.newRoom();
    const here = scene.alice.in(room);
    const hidden = await use(here, 'show', { persona: 'Velvet' });
    expect(embedText(hidden)).toContain('The rest is shown in age-restricted channels only.');
    expect(embedText(hidden)).not.toContain('Best at night');
    room.setAgeRestricted(true);
    const shown = await use(here, 'show', { persona: 'Velvet' });
    expect(embedText(shown)).toContain('Best at night');
    expect(rowsOf(shown)).toEqual(['Use here | Greetings | Export']);
  });
});

test('a card with texts of any length is shown within what an embed holds', async () => {
  const here = scene.mia.in(scene.newRoom());
  const long = '*_|`'.repeat(2_000);
  const data = {
    name: `Long ${'*'.repeat(300)}`,
    creator_notes: long,
    creator: long,
    character_version: long,
    tags: [long, long],
  };
  const report = await use(here, 'import', {}, cardFile(data));
  expect(report.content).toContain('**Imported.**');
  const shown = await press(here, report, 'Show');
  expect(String(shown.embeds[0]?.['description']).length).toBeLessThanOrEqual(4_096);
  expect((await press(here, shown, 'Edit')).content).toContain('**Edit Long');
});

describe('/persona me', () => {
  test('is written in a form, shown to the person alone, cleared, and brought back', async () => {
    const here = scene.alice.in(scene.newRoom());
    const panel = await use(here, 'me');
    expect(panel.ephemeral).toBe(true);
    expect(panel.content).toContain('**You play as yourself**: personas know you as **Alice**.');

    await fillForm(here, panel, [
      'Write it',
      { name: ' Wren  of\u202e the Marsh ', pronouns: 'they/them', description: 'Tall.' },
    ]);
    const saved = await changed(here, panel);
    expect(saved.content).toBe(
      [
        '**Saved.**',
        '**You play as** **Wren of the Marsh** (they/them).',
        '> Tall.',
        '-# Personas read this when you talk to them, in every server. Nobody else is shown it, but a persona may speak of it.',
      ].join('\n'),
    );
    const kept = { name: 'Wren of the Marsh', pronouns: 'they/them', description: 'Tall.', at: scene.botClock.now() };
    expect(await scene.users.read(scene.alice.id)).toEqual({ persona: kept });

    const cleared = await press(here, saved, 'Clear');
    expect(await scene.users.read(scene.alice.id)).toEqual({});
    expect((await press(here, cleared, 'Undo')).content).toContain('**It is back.**');
    expect(await scene.users.read(scene.alice.id)).toEqual({ persona: kept });
  });

  test.each([
    ['the bot', 'dramatis'],
    ['the bot, with marks', 'D-r a.matis'],
    ['a persona', 'ARIA'],
    ['a persona in wide letters', 'Ａｒｉａ'],
  ])('nobody takes the name of %s', async (_, name) => {
    const here = scene.mia.in(scene.newRoom());
    const panel = await use(here, 'me');
    expect(await toldBy(await fillForm(here, panel, ['Write it', { name }]))).toContain(
      'is the name of the bot or of a persona here',
    );
    expect(await scene.users.read(scene.mia.id)).toEqual({});
  });

  test('nor that by which a persona speaks here', async () => {
    const here = scene.mia.in(scene.newRoom());
    await use(here, 'use', { persona: 'Inspector Bezel' });
    const panel = await use(here, 'me');
    expect(await toldBy(await fillForm(here, panel, ['Write it', { name: 'Bezel' }]))).toContain(
      'nobody could tell you apart',
    );
  });

  test('a name that cannot be seen is refused', async () => {
    const here = scene.mia.in(scene.newRoom());
    const panel = await use(here, 'me');
    expect(await toldBy(await fillForm(here, panel, ['Write it', { name: '\u200b\u2800' }]))).toContain(
      'A name needs something that can be seen.',
    );
  });
});
