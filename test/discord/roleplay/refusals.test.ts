import { expect, test } from '@jest/globals';
import { clearNote } from '../../../src/discord/roleplay/note.ts';
import { chooseOrder } from '../../../src/discord/roleplay/order.ts';
import type { Scene } from '../../../src/storage/scenes.ts';

const scene: Scene = { isRoleplay: true, personas: [], speaking: 'natural', at: 0 };
const context = {
  bot: { scenes: { read: async () => scene, update: async () => ({}) } },
  person: { id: '1', name: 'Ann', isModerator: true, isAdmin: false },
  place: { channelId: '2' },
  interaction: { channel: null },
  values: ['of old'],
};

test('a menu of an older version says where a new one is', async () => {
  await expect(chooseOrder(context as unknown as Parameters<typeof chooseOrder>[0])).rejects.toThrow(
    'This menu is from an older version of the bot. A new one stands below what `/roleplay invite` and `leave` say.',
  );
});

test('a roleplay that is gone says how to begin another one', async () => {
  await expect(clearNote(context as unknown as Parameters<typeof clearNote>[0])).rejects.toThrow(
    'This roleplay is gone. `/roleplay start` begins another one.',
  );
});
