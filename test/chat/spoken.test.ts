import { describe, expect, test } from '@jest/globals';
import { spokenBefore } from '../../src/chat/spoken.ts';
import { turnsBefore } from '../../src/chat/turns-before.ts';
import type { Turn } from '../../src/storage/history.ts';
import { replyMessage, userMessage } from './scene.ts';

function historyOf(turns: Turn[]) {
  let read = 0;
  return {
    read: () => read,
    async *newest(): AsyncGenerator<Turn, void> {
      for (const turn of turns.toReversed()) {
        read += 1;
        yield turn;
      }
    },
  };
}

const turn = (id: number, author = 'Ann'): Turn => ({
  user: userMessage(`${id}`, `question ${id}`, author),
  reply: replyMessage(`${id}`, `answer ${id}`),
});

describe('the turns before a message', () => {
  test('are those older than it, newest first', async () => {
    const ids: string[] = [];
    const history = historyOf([turn(1), turn(2), turn(3), turn(4)]);
    for await (const { user } of turnsBefore(history, 'c', 'u3')) ids.push(user.id);
    expect(ids).toEqual(['u2', 'u1']);
  });

  test('are none for a message that is not there', async () => {
    for await (const _ of turnsBefore(historyOf([turn(1)]), 'c', 'u9')) throw new Error('there is one');
  });
});

describe('what was said lately', () => {
  const user = userMessage('3', 'question 3', 'Bob');

  test('is told newest first, with the reply that goes on', async () => {
    const history = historyOf([turn(1), turn(2), { user, reply: replyMessage('3', 'half') }]);
    const continued = replyMessage('3', 'half');
    const { messages, memberNames, memberIds } = await spokenBefore(
      history,
      { conversationId: 'c', user, continued },
      0,
    );
    expect(messages.map(({ content, isMember }) => `${isMember} ${content}`)).toEqual([
      'false half',
      'true question 3',
      'false answer 2',
      'true question 2',
      'false answer 1',
      'true question 1',
    ]);
    expect([memberNames, memberIds]).toEqual([
      ['Bob', 'Ann'],
      ['id of Bob', 'id of Ann'],
    ]);
  });

  test('has no cues and nothing blank, nor names of those who said only that', async () => {
    const cue = { ...userMessage('2', '', 'Cid'), isCue: true as const };
    const blank = { ...userMessage('1', ' ', 'Dee') };
    const history = historyOf([
      { user: blank, reply: replyMessage('1', 'a') },
      { user: cue, reply: replyMessage('2', 'b') },
      { user },
    ]);
    const { messages, memberNames } = await spokenBefore(history, { conversationId: 'c', user }, 0);
    expect(messages.map(({ content }) => content)).toEqual(['question 3', 'b', 'a']);
    expect(memberNames).toEqual(['Bob']);
  });

  test.each([
    [0, 33],
    [80, 41],
    [10_000, 200],
  ])('looks as far back as lore does: %i messages', async (depth, turnsRead) => {
    const history = historyOf(Array.from({ length: 200 }, (_, index) => turn(index)));
    await spokenBefore(history, { conversationId: 'c', user: userMessage('199', 'q') }, depth);
    expect(history.read()).toBe(turnsRead);
  });
});
