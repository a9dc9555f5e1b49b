import { expect, test } from '@jest/globals';
import { type OptionNames, readTypedLine } from '../../src/playground/typed-line.ts';

const options: OptionNames = new Map([
  ['ask', ['prompt', 'model', 'file', 'private']],
  ['models list', []],
  ['history show', ['private']],
]);

test.each([
  ['/ask prompt: why is the sky blue?', { command: 'ask', options: { prompt: 'why is the sky blue?' } }],
  ['/ask why is the sky blue?', { command: 'ask', options: { prompt: 'why is the sky blue?' } }],
  [
    '/ask prompt: a ratio of 2:1, and model: MythoMax private: true',
    { command: 'ask', options: { prompt: 'a ratio of 2:1, and', model: 'MythoMax', private: 'true' } },
  ],
  ['/ask prompt: what does remodel: mean?', { command: 'ask', options: { prompt: 'what does remodel: mean?' } }],
  ['/ask', { command: 'ask', options: {} }],
  ['/models list', { command: 'models list', options: {} }],
  ['/history show private: true', { command: 'history show', options: { private: 'true' } }],
  ['/history', { command: 'history', options: {} }],
  ['/unknown word', { command: 'unknown', options: {} }],
])('%s is a command', (line, expected) => {
  expect(readTypedLine(line, options)).toEqual({ kind: 'slash', ...expected });
});

test.each([
  ['   ', { kind: 'nothing' }],
  ['hello: you', { kind: 'say', text: 'hello: you' }],
  [':) hello', { kind: 'say', text: ':) hello' }],
  [':-)', { kind: 'say', text: ':-)' }],
  [':D nice', { kind: 'say', text: ':D nice' }],
  [':wave: hello', { kind: 'say', text: ':wave: hello' }],
  [':qiut', { kind: 'unknown', word: 'qiut' }],
  [':press Stop', { kind: 'press', label: 'Stop' }],
  [':choose A B, C', { kind: 'choose', labels: ['A B', 'C'] }],
  [':choose', { kind: 'choose', labels: [] }],
  [':fill Key: sk-1; x: 2', { kind: 'fill', text: 'Key: sk-1; x: 2' }],
  [':crowd 5 why: now?', { kind: 'crowd', people: 5, text: 'why: now?' }],
  [':crowd and why?', { kind: 'crowd', people: 20, text: 'and why?' }],
  [':crowd 9999', { kind: 'crowd', people: 100, text: 'What do you think of rain?' }],
  [':menu Edit reply', { kind: 'menu', name: 'Edit reply' }],
  [':menu', { kind: 'menu', name: '' }],
  [':file ./card.png', { kind: 'file', path: './card.png', text: '' }],
  [':file "my card.png" look at this', { kind: 'file', path: 'my card.png', text: 'look at this' }],
  [':save', { kind: 'save', name: '', path: '' }],
  [':save card.png', { kind: 'save', name: 'card.png', path: '' }],
  [':save ./card.png', { kind: 'save', name: '', path: './card.png' }],
  [':save card.png "my cards/one.png"', { kind: 'save', name: 'card.png', path: 'my cards/one.png' }],
  [':kill', { kind: 'kill' }],
  [':restart', { kind: 'restart' }],
  [':edit hello: you', { kind: 'edit', text: 'hello: you' }],
  [':delete', { kind: 'delete' }],
  [':as Bob', { kind: 'as', name: 'Bob' }],
  [':in dm', { kind: 'in', place: 'dm' }],
  [':help', { kind: 'help' }],
  [':quit', { kind: 'quit' }],
])('%j is no command', (line, expected) => {
  expect(readTypedLine(line, options)).toEqual(expected);
});
