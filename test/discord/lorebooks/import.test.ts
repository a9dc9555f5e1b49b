import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Here, ShownMessage } from '../../../src/simulator/discord/index.ts';
import { buttonsOf, use } from '../../e2e/scene.ts';
import { type BotWorld, startBot } from '../../support/bot.ts';
import { changed, toldBy } from '../../support/panel.ts';
import { bookFile, DRAGON, entry, imported, jsonFile, newHome, textOf, told } from './world.ts';

const MINUTE_MS = 60_000;

let world: BotWorld;
let home: ReturnType<typeof newHome>;

beforeAll(async () => {
  world = await startBot();
  home = newHome(world);
});
afterAll(() => world.close());
afterEach(() => {
  expect(world.log.filter(({ level }) => level === 'error')).toEqual([]);
});

describe('an import by those who may not edit for the server', () => {
  test('is their own: they attach it where they may, and it follows them into direct messages', async () => {
    const channel = home.newChannel();
    const mia = home.mia.in(channel);
    const report = await imported(mia, bookFile('Mine', [DRAGON]));
    expect(report.content).toContain('It is **yours**: only you can attach it.');
    expect(buttonsOf(report)).toEqual(['Attach here', 'Test']);
    await mia.click(report, 'Attach here');
    await told(mia, '**Mia** attached the lorebook **Mine**');
    expect(await toldBy(await home.ida.in(channel).slash('lorebook attach', { lorebook: 'Mine' }))).toContain(
      'There is no lorebook here yet.',
    );
    const gone = await use(home.ida.in(channel), 'lorebook detach', { lorebook: 'Mine' });
    expect(gone.content).toContain('It belongs to another member, who alone can attach it again.');
    expect(buttonsOf(gone)).toEqual([]);

    const direct = home.mia.in(await home.mia.openDm());
    const line = await use(direct, 'lorebook attach', { lorebook: 'Mine' });
    expect(line.content).toBe(
      '**Mia** attached the lorebook **Mine** (1 entry) to this conversation: personas know from now on what is in it.\n' +
        'Nobody speaks here who reads lorebooks yet: `/persona use` and `/roleplay start` bring a persona.',
    );
    const tested = await use(direct, 'lorebook test', { text: 'dragon' });
    expect(tested.content).toContain('⚠️ No persona speaks here, and only personas read lorebooks');
    expect(tested.content).toContain('key “dragon”');
  });

  test('has room for 20', async () => {
    const here = home.bob.in(home.newChannel());
    for (let number = 1; number <= 20; number += 1) await imported(here, bookFile(`Own ${number}`, [DRAGON]));
    expect((await imported(here, bookFile('Own 21', [DRAGON]))).content).toBe(
      'You have 20 lorebooks of your own already. Delete one with `/lorebook delete`, then try again.',
    );
    const list = await use(here, 'lorebook list');
    expect(list.content).toMatch(/^\*\*\d+ lorebooks\*\*, page 1 of \d+\n/);
    await here.click(list, 'Next ▶');
    expect((await changed(here, list)).content).toContain('page 2 of');
  });
});

describe('importing one whose name is there already', () => {
  const [old, fresh] = [
    bookFile('Twice', [entry(['moon'], 'The moon is old.')]),
    bookFile('Twice', [entry(['moon'], 'The moon is new.'), entry(['sun'], 'The sun is hot.')]),
  ];
  const asked = async () => {
    const { ida, newChannel } = newHome(world);
    const here = ida.in(newChannel());
    await imported(here, old);
    await use(here, 'lorebook attach', { lorebook: 'Twice' });
    const question = await imported(here, fresh);
    expect(question.content).toMatch(
      /^There is a lorebook \*\*Twice\*\* already \(of this server, added by \*\*Ida\*\* <t:\d+:R>\)\. What should become of it\?\n/,
    );
    return { here, question };
  };
  const press = async (here: Here, message: ShownMessage, label: string) => {
    const seen = here.messages().find(({ id }) => id === message.id) ?? message;
    await here.click(seen, label);
    return changed(here, seen);
  };
  const read = async (here: Here) => (await use(here, 'lorebook list')).content;

  test('replaces it where it is attached, and can be undone', async () => {
    const { here, question } = await asked();
    const replaced = await press(here, question, 'Replace');
    expect(textOf(replaced)).toContain('**Replaced.** It is now what the file says, wherever it is attached.');
    expect(await read(here)).toContain('- **Twice** · 2 entries · attached to this channel');
    const undone = await press(here, replaced, 'Undo');
    expect(undone.content).toBe('**Undone.** **Twice** is as it was before: 1 entry.');
    const list = await read(here);
    expect(list).toMatch(/^\*\*1 lorebook\*\*\n/);
    expect(list).toContain('- **Twice** · 1 entry · attached to this channel');
  });

  test('replaced more than 10 minutes ago stays replaced', async () => {
    const { here, question } = await asked();
    const replaced = await press(here, question, 'Replace');
    world.clock.skip(10 * MINUTE_MS);
    expect(await toldBy(await here.click(replaced, 'Undo'))).toBe(
      'The 10 minutes are over: it cannot be undone any more.',
    );
    expect(await read(here)).toContain('- **Twice** · 2 entries · attached to this channel');
  });

  test('keeps both, told apart by a number', async () => {
    const { here, question } = await asked();
    expect(textOf(await press(here, question, 'Keep both'))).toContain('**Imported.**');
    expect(await read(here)).toMatch(/\*\*Twice\*\* · .*\n.*\*\*Twice \(2\)\*\* · /);
    expect(await here.autocomplete('lorebook attach', 'lorebook', 'twi')).toEqual([
      { name: 'Twice', value: 'Twice' },
      { name: 'Twice (2)', value: 'Twice (2)' },
    ]);
    expect((await here.autocomplete('lorebook detach', 'lorebook', '')).map(({ value }) => value)).toEqual(['Twice']);
  });

  test('stores nothing if it is cancelled, or never answered', async () => {
    const { here, question } = await asked();
    expect((await press(here, question, 'Cancel')).content).toBe('Nothing was stored.');
    const other = await imported(here, fresh);
    world.clock.skip(16 * MINUTE_MS);
    const late = await toldBy(await here.click(other, 'Replace')).catch(String);
    expect(late).toContain('too long ago');
    expect(await read(here)).toMatch(/^\*\*1 lorebook\*\*\n/);
  });
});

describe('a file that is no lorebook', () => {
  test.each([
    ['broken JSON', '{"entries": [', 'JSON'],
    ['a list', [1, 2], 'no JSON object'],
    ['a card without a book', { spec: 'chara_card_v2', data: { name: 'Ann' } }, 'a character card without a lorebook'],
    ['a preset', { temperature: 1, prompts: [] }, 'This file is a preset, not a lorebook.'],
    ['a chat', { messages: [] }, 'This file is a chat, not a lorebook.'],
    ['something else', { hello: 'world' }, 'no lorebook that is known here'],
    ['lines of a chat', '{"user_name":"A"}\n{"mes":"hi"}', 'JSON'],
  ])('such as %s is refused with what it is', async (_, json, said) => {
    const { ida, newChannel } = newHome(world);
    const here = ida.in(newChannel());
    const refused = await imported(here, jsonFile('thing.json', json));
    expect(refused.content).toContain(said);
    expect((await use(here, 'lorebook list')).content).toMatch(/^\*\*0 lorebooks\*\*\n/);
  });

  test('or is too large', async () => {
    const here = home.ida.in(home.newChannel());
    const large = bookFile('Large', [entry(['a'], 'x'.repeat(8 * 1024 * 1024))]);
    expect((await imported(here, large)).content).toBe('The file “book.json” is too large: at most 8 MiB can be read.');
  });
});

test('a book of 10,000 entries is imported and tested; of more the rest is left out, and said', async () => {
  const { ida, newChannel } = newHome(world);
  const here = ida.in(newChannel());
  const many = Array.from({ length: 10_001 }, (_, index) => entry([`word${index}`], `Fact ${index}.`));
  const report = await imported(here, bookFile('Huge', many));
  expect(textOf(report)).toContain('10,000 entries');
  expect(textOf(report)).toContain('It has 10001 entries; only the first 10000 are used.');
  const shown = await use(here, 'lorebook test', { text: 'word9999', lorebook: 'Huge' });
  expect(shown.content).toContain('1 entry would be active');
});

test('the book of a character card is taken on its own', async () => {
  const { ida, newChannel } = newHome(world);
  const card = {
    spec: 'chara_card_v3',
    spec_version: '3.0',
    data: {
      name: 'Wren',
      character_book: { name: 'Wren’s world', entries: [{ keys: ['sea'], content: '@@depth 2\nSalt.' }] },
    },
  };
  expect(textOf(await imported(ida.in(newChannel()), jsonFile('wren.json', card)))).toContain(
    'Wren’s world\nfrom a character card · 1 entry · 1 with decorators',
  );
});
