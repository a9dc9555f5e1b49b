import { expect, test } from '@jest/globals';
import { SnowflakeUtil } from 'discord.js';
import { findTurn, TURNS_SEARCHED_MAX } from '../../src/discord/find-turn.ts';
import type { Turn } from '../../src/storage/history.ts';

const HOUR_MS = 3_600_000;
const NOW = 1_760_000_000_000;
const idAt = (at: number) => SnowflakeUtil.generate({ timestamp: at }).toString();

/** One turn each hour, its reply a minute later. */
function talk(hours: number) {
  const turns: Turn[] = Array.from({ length: hours }, (_, index) => {
    const at = NOW - (hours - index) * HOUR_MS;
    const said = { author: { id: '1', name: 'Ann' }, content: 'x', at };
    return {
      user: { ...said, id: `u${index}`, role: 'user', discordMessageIds: [idAt(at)] },
      reply: { ...said, id: `r${index}`, role: 'assistant', discordMessageIds: [idAt(at + 60_000), idAt(at + 61_000)] },
    };
  });
  let read = 0;
  const history = {
    async *newest(): AsyncGenerator<Turn, void> {
      for (const turn of turns.toReversed()) {
        read += 1;
        yield turn;
      }
    },
  };
  return { turns, history, read: () => read };
}

test('finds the turn of a member’s message and of each message of a reply', async () => {
  const { turns, history } = talk(5);
  const [, second] = turns as [Turn, Turn];
  for (const id of [...second.user.discordMessageIds, ...(second.reply?.discordMessageIds ?? [])])
    expect((await findTurn(history, 'c', id))?.user.id).toBe('u1');
});

test('looks through the newest turns and no further', async () => {
  const { history, read } = talk(TURNS_SEARCHED_MAX + 5);
  expect(await findTurn(history, 'c', idAt(NOW))).toBe(undefined);
  expect(read()).toBe(TURNS_SEARCHED_MAX);
});

test('finds a reply that was shown anew days after it was asked for', async () => {
  const { turns, history } = talk(300);
  const late = idAt(NOW);
  const asked = turns[10] as Turn & { reply: NonNullable<Turn['reply']> };
  turns[10] = { ...asked, reply: { ...asked.reply, discordMessageIds: [late] } };
  expect((await findTurn(history, 'c', late))?.user.id).toBe('u10');
});
