import { expect, test } from '@jest/globals';
import { createDirectory } from '../../src/playground/directory.ts';
import { optionValues } from '../../src/playground/option-values.ts';

const TYPES = ['string', 'integer', 'number', 'boolean', 'user', 'channel', 'role', 'mentionable'] as const;
const options = TYPES.map((type) => {
  return { name: type, type, description: type, required: false, autocomplete: false, choices: [] };
});
const directory = createDirectory({
  user: () => [{ id: '10', name: 'Alice' }],
  role: () => [{ id: '30', name: 'Admins' }],
  channel: () => [{ id: '20', name: 'general' }],
});

test('what was typed becomes what each option takes', async () => {
  const typed = {
    string: '7',
    integer: '7',
    number: '0.5',
    boolean: 'yes',
    user: '@alice',
    channel: '#gen',
    role: 'Admins',
    mentionable: 'adm',
  };
  expect(await optionValues(typed, options, directory)).toEqual({
    string: '7',
    integer: 7,
    number: 0.5,
    boolean: true,
    user: { id: '10' },
    channel: { id: '20' },
    role: { id: '30' },
    mentionable: { id: '30' },
  });
});

test('what is no number is left for the client to refuse, an unknown name is not', async () => {
  expect(await optionValues({ integer: 'seven' }, options, directory)).toEqual({ integer: 'seven' });
  await expect(optionValues({ channel: 'secret' }, options, directory)).rejects.toThrow(
    'There is no “secret” here, only general.',
  );
});
