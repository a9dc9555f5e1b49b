import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { fileAt } from '../../src/playground/files.ts';
import { findAttachment, saveAttachment } from '../../src/playground/save.ts';
import { type DiscordSimulator, type Here, startDiscordSimulator } from '../../src/simulator/discord/index.ts';

let discord: DiscordSimulator;
let here: Here;
let folder: string;

beforeEach(async () => {
  discord = await startDiscordSimulator();
  const guild = discord.createGuild({ name: 'Playground' });
  const alice = discord.createPerson({ name: 'Alice' });
  guild.join(alice);
  here = alice.in(guild.createTextChannel({ name: 'general' }));
  folder = mkdtempSync(join(tmpdir(), 'save-test-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await discord.close();
});

const file = (name: string, data: string) => ({ name, data, type: 'text/plain' });

test('the newest file is meant, or the newest whose name begins as typed', async () => {
  await here.post('', { files: [file('mira.png', 'old'), file('notes.txt', 'notes')] });
  await here.post('', { files: [file('mira.png', 'new')] });
  await here.post('no file');
  const save = async (name: string, path: string) => {
    const saved = await saveAttachment(findAttachment(here.messages(), name), join(folder, path));
    return [saved, readFileSync(saved, 'utf8')];
  };
  expect(await save('', '')).toEqual([join(folder, 'mira.png'), 'new']);
  expect(await save('NOTES', 'mine.txt')).toEqual([join(folder, 'mine.txt'), 'notes']);
});

test('nothing is written over, or where nothing can be', async () => {
  expect(() => findAttachment(here.messages(), '')).toThrow('No message here has a file.');
  await here.post('', { files: [file('mira.png', 'new')] });
  expect(() => findAttachment(here.messages(), 'otto')).toThrow('No file here is called “otto”, only mira.png.');
  const found = findAttachment(here.messages(), 'mira');
  const path = await saveAttachment(found, folder);
  await expect(saveAttachment(found, folder)).rejects.toThrow(
    `There is a file ${path} already. Name another: :save mira.png ./PATH`,
  );
  const nowhere = join(folder, 'no', 'folder.png');
  await expect(saveAttachment(found, nowhere)).rejects.toThrow(`${nowhere} cannot be written (ENOENT).`);
});

test('a card in an archive is uploaded as what it is', async () => {
  await here.post('', { files: [file('Mira.charx', 'PK')] });
  const path = await saveAttachment(findAttachment(here.messages(), ''), folder);
  expect(await fileAt(path)).toEqual({ name: 'Mira.charx', type: 'application/zip', data: Buffer.from('PK') });
});
