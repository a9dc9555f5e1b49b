import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createEditClock } from '../../src/chat/edit-clock.ts';
import { createReplyStream } from '../../src/chat/reply-stream.ts';
import { systemClock } from '../../src/core/clock.ts';
import { watchRateLimits } from '../../src/discord/rate-limits.ts';
import { startWebhooks, type WebhookScene } from './webhook-scene.ts';

const WORDS = Array.from({ length: 120 }, (_, index) => `${index} `);
const ENDING = { action: 'reasoning' as const, id: 'reply' };

let scene: WebhookScene;

beforeAll(async () => {
  scene = await startWebhooks({ limit: 5, windowMs: 300 });
});
afterAll(() => scene.close());

test('replies in threads of one channel share its webhook’s bucket, are never refused, and end whole', async () => {
  const editClock = createEditClock({ clock: systemClock });
  watchRateLimits(scene.webhookRest, editClock);
  const channel = scene.newChannel();
  const threads = await Promise.all(['a', 'b', 'c'].map((name) => scene.alice.in(channel).startThread({ name })));
  await scene.webhooks.of(channel.id);
  scene.discord.clearLog();

  const errors: unknown[] = [];
  const streams = await Promise.all(
    threads.map(async ({ id }) =>
      createReplyStream({
        target: await scene.targetIn(channel.id, { threadId: id }),
        editClock,
        heading: '',
        controls: [],
        ownName: 'Dramatis',
        onError: (error) => void errors.push(error),
      }),
    ),
  );
  for (const word of WORDS) {
    for (const stream of streams) stream.write(word);
    await systemClock.sleep(5);
  }
  const text = WORDS.join('');
  await Promise.all(streams.map((stream) => stream.finish({ text, controls: [ENDING] })));

  expect(errors).toEqual([]);
  expect(threads.map((thread) => thread.messages().map(({ content }) => content))).toEqual([
    [text.trim()],
    [text.trim()],
    [text.trim()],
  ]);
  const statuses = new Set(scene.discord.log.map(({ status }) => status));
  expect(statuses).toEqual(new Set([200]));
  expect(scene.discord.log.filter(({ method }) => method === 'PATCH').length).toBeGreaterThan(threads.length);
});
