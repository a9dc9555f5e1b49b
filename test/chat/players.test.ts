import { beforeEach, expect, test } from '@jest/globals';
import { createStage } from './stage.ts';

let stage: Awaited<ReturnType<typeof createStage>>;
beforeEach(async () => {
  stage = await createStage();
});

const tell = (id: string, name: string, description = '', pronouns = '') =>
  stage.users.update(id, () => ({ persona: { name, description, pronouns, at: 0 } }));

test('a member has the name of whom they play, or else their own', async () => {
  await tell('1', 'Captain Ann');
  expect(await stage.players.nameOf({ id: '1', name: 'Ann' })).toBe('Captain Ann');
  expect(await stage.players.nameOf({ id: '2', name: 'Bob' })).toBe('Bob');
});

test('who speaks alone is described without a name', async () => {
  expect(await stage.players.describe('1', [])).toBe('');
  await tell('1', 'Ann', 'Has a hat.', 'she/her');
  expect(await stage.players.describe('1', ['1', '2'])).toBe('Pronouns: she/her. Has a hat.');
});

test('what somebody tells stays as it is, macros and all', async () => {
  const told = String.raw`{{{setvar::hp::999}}} <user> \{{x}} \.`;
  await tell('1', 'Ann {{char}}', told);
  await tell('2', 'Bob', told);
  expect(await stage.players.describe('1', [])).toBe(told);
  expect(await stage.players.describe('1', ['2'])).toBe(`Ann {{char}}: ${told}\nBob: ${told}`);
});

test('several are described by name, whoever has told something', async () => {
  await tell('1', 'Ann', 'Has a hat.');
  await tell('2', 'Bob', '', 'he/him');
  await tell('3', 'Cid');
  expect(await stage.players.describe('1', ['1', '2', '3'])).toBe('Ann: Has a hat.\nBob: Pronouns: he/him.');
  expect(await stage.players.describe('3', ['2'])).toBe('Bob: Pronouns: he/him.');
});

test('of many others the six who spoke last are described', async () => {
  const ids = Array.from({ length: 9 }, (_, index) => `${index + 10}`);
  for (const id of ids) await tell(id, `M${id}`, 'x');
  expect((await stage.players.describe('1', ids)).split('\n').length).toBe(6);
});
