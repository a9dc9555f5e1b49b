import { expect, test } from '@jest/globals';
import { branchFrom } from '../../src/discord/branch.ts';

test('a private reply has no branch, which others would see', async () => {
  const on = { place: { channelId: '1', guildId: '2' }, conversationId: 'private:3' } as Parameters<
    typeof branchFrom
  >[0];
  const said = { id: 'a', author: { id: '3', name: 'Ann' }, content: 'x', discordMessageIds: [], at: 1 };
  await expect(branchFrom(on, { user: { ...said, role: 'user' } })).rejects.toThrow(
    'Only you see this reply, and others would see the branch. Ask again without `private`, and branch from that reply.',
  );
});
