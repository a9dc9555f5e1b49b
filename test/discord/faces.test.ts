import { expect, test } from '@jest/globals';
import { createFaces } from '../../src/discord/faces.ts';
import { personaOf } from '../../src/personas/cards/card.ts';
import { newCard } from '../../src/personas/cards/edit-card.ts';

const REF = 'guild:1:abcdefghijkl';
const WEBHOOK = { id: '2', token: 'secret', channelId: '3' };
const fileOf = (name: string, mediaType: string) => ({ name, mediaType, sha256: `hash-${name}`, sizeBytes: 1 });

/** @param portrait Its media type, as those of the faces are. */
function facesWith({ portrait, joy, isPublic }: { portrait: string; joy: string; isPublic: boolean }) {
  const loaded = {
    ref: REF,
    name: 'Mara',
    persona: personaOf(newCard({ name: 'Mara' })),
    isAdult: false,
    portrait: fileOf('portrait', portrait),
    expressions: { joy: fileOf('joy', joy) },
  } as const;
  return createFaces({
    personas: {
      load: async () => loaded,
      picture: async () => ({ mediaType: portrait, bytes: Buffer.from('x'), sha256: 'hash-portrait' }),
    },
    settings: { read: async () => ({ expressions: 'avatar' }) },
    webhooks: { avatarUrlOf: async (_, picture) => `uploaded ${await picture.dataUri()}` },
    ...(isPublic ? { publicUrlOf: (_: string, { name }: { name: string }) => `public ${name}` } : {}),
  });
}

test.each([
  ['a face', { joy: 'image/png', portrait: 'image/png', isPublic: true }, 'public joy'],
  ['not a GIF, but the portrait', { joy: 'image/gif', portrait: 'image/webp', isPublic: true }, 'public portrait'],
  ['a face, though the portrait is a GIF', { joy: 'image/png', portrait: 'image/gif', isPublic: true }, 'public joy'],
  ['nothing, if all are GIFs', { joy: 'image/gif', portrait: 'image/gif', isPublic: true }, undefined],
  [
    'a GIF that Discord keeps itself',
    { joy: 'image/gif', portrait: 'image/gif', isPublic: false },
    'uploaded data:image/gif;base64,eA==',
  ],
])('beside a message stands %s', async (_, pictures, url) => {
  const face = await facesWith(pictures).of(REF, { channelId: '3', guildId: '1' });
  expect(await face.avatarUrl(WEBHOOK, 'joy')).toBe(url);
});
