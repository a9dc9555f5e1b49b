import { describe, expect, test } from '@jest/globals';
import { createSeal } from '../../src/core/seal.ts';
import { interactionPlace, type ReplyPlace, readPlace } from '../../src/discord/place.ts';

const seal = createSeal(['secret'], 'interaction tokens');
const interaction = { applicationId: '123456789012345678', token: 'aW50ZXJhY3Rpb24', createdTimestamp: 1_000_000 };

const channelPlace: ReplyPlace = {
  channelId: '1',
  partsShown: 1,
  messageIds: ['2', '3'],
  heading: '> Why?\n',
  isPrivate: false,
};

describe('the place of an interaction', () => {
  test('ends 15 minutes after the interaction, however late it is stored', () => {
    const { applicationId, expiresAt } = interactionPlace(interaction, seal);
    expect({ applicationId, expiresAt }).toEqual({ applicationId: '123456789012345678', expiresAt: 1_900_000 });
  });

  test('holds the token sealed', () => {
    const place = interactionPlace(interaction, seal);
    expect(JSON.stringify(place)).not.toContain(interaction.token);
    expect(seal.open(place.sealedToken)).toBe(interaction.token);
  });
});

describe('reading', () => {
  test.each([
    ['in a channel', channelPlace],
    ['of an interaction', { ...channelPlace, isPrivate: true, interaction: interactionPlace(interaction, seal) }],
    ['broken off by a crash', { ...channelPlace, isInterrupted: true }],
  ])('gives back what was stored as JSON: %s', (_, place) => {
    expect(readPlace(JSON.parse(JSON.stringify(place)))).toEqual(place);
  });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['text', 'channel 1'],
    ['an empty record', {}],
    ['no list of messages', { ...channelPlace, partsShown: 1, messageIds: '2' }],
    ['a message that is no id', { ...channelPlace, partsShown: 1, messageIds: [2] }],
    ['half an interaction', { ...channelPlace, interaction: { applicationId: '1' } }],
  ])('gives nothing for %s', (_, stored) => {
    expect(readPlace(stored)).toEqual(undefined);
  });
});
