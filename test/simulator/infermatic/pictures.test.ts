import { describe, expect, test } from '@jest/globals';
import { errors } from '../../../src/simulator/infermatic/index.ts';
import { dataUrl, gif, jpeg, jpegSegment, png, webp } from '../../support/pictures.ts';
import { ask, readJson, withSimulator } from './support.ts';

const MODEL = 'Qwen-Qwen3-VL-8B-Instruct';
const text = { type: 'text', text: 'What is it?' };
const image = (url: string) => ({ type: 'image_url', image_url: { url } });
const user = (...content: object[]) => ({ model: MODEL, messages: [{ role: 'user', content }] });

describe('a picture counts a token for every square of 28 pixels', () => {
  test.each<[string, string, Buffer, number]>([
    ['a PNG', 'image/png', png(28, 28), 1],
    ['a PNG with one row more', 'image/png', png(28, 29), 2],
    ['a JPEG', 'image/jpeg', jpeg(280, 140), 50],
    ['a JPEG with a camera’s notes', 'image/jpeg', jpeg(56, 28, [jpegSegment(0xe1, Buffer.alloc(5000, 0xff))]), 2],
    ['a GIF', 'image/gif', gif(57, 28), 3],
    ['an extended WebP', 'image/webp', webp(1000, 600), 36 * 22],
    ['a lossy WebP', 'image/webp', webp(1000, 600, 'VP8 '), 36 * 22],
    ['a lossless WebP', 'image/webp', webp(1000, 600, 'VP8L'), 36 * 22],
  ])('%s', (_name, mediaType, bytes, tokens) =>
    withSimulator({}, async (api) => {
      const plain = await readJson(await ask(api, user(text)));
      const seen = await readJson(await ask(api, user(text, image(dataUrl(mediaType, bytes)))));
      expect((seen.usage?.prompt_tokens ?? 0) - (plain.usage?.prompt_tokens ?? 0)).toBe(tokens);
    }),
  );
});

test('what is asked beside pictures is read as ever, and the default reply tells what it sees', () =>
  withSimulator({}, async (api) => {
    const content = [image(dataUrl('image/png', png(20, 10))), text, image(dataUrl('image/gif', gif(5, 5)))];
    const { choices } = await readJson(await ask(api, user(...content)));
    expect(choices?.[0]?.message?.content).toMatch(
      /^I see a picture of 20 by 10 pixels and 1 more\. This is .*"What is it\?"/,
    );
  }));

test('a script knows the pictures', async () => {
  const pictures: unknown[] = [];
  const reply = (request: { pictures: unknown[] }) => {
    pictures.push(...request.pictures);
    return 'Fine.';
  };
  await withSimulator({ reply }, async (api) => {
    await ask(api, user(image(dataUrl('image/png', png(30, 20)))));
  });
  expect(pictures).toEqual([{ mediaType: 'image/png', width: 30, height: 20, tokens: 2 }]);
});

test('pictures fill the context like words', () =>
  withSimulator({}, async (api) => {
    const large = image(dataUrl('image/png', png(28 * 200, 28 * 160)));
    const response = await ask(api, user(large));
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('context length is only 32000 tokens'),
    ]);
  }));

test('a model without eyes refuses them in the words of the engine', () =>
  withSimulator({}, async (api) => {
    const model = 'MythoMax-L2-13b';
    const response = await ask(api, { ...user(text, image(dataUrl('image/png', png(9, 9)))), model });
    expect([response.status, await response.json()]).toEqual([400, errors.picturesRefused(model).body]);
    expect(errors.picturesRefused(model).body).toEqual({
      error: expect.objectContaining({
        message: expect.stringMatching(
          /^litellm\.BadRequestError: OpenAIException - MythoMax-L2-13b is not a multimodal model\n/,
        ),
      }),
    });
  }));

describe('the address of a picture is refused', () => {
  const truncated = png(9, 9).subarray(0, 20);
  test.each([
    ['https://cdn.discordapp.com/cat.png', 'image_url must be a data: URL, this server fetches nothing'],
    ['HTTP://cdn.discordapp.com/cat.png', 'image_url must be a data: URL, this server fetches nothing'],
    ['file:///etc/passwd', 'image_url must be a data: URL with base64 data'],
    ['data:image/png,abc', 'image_url must be a data: URL with base64 data'],
    ['data:image/png;base64,', 'image_url holds invalid base64 data'],
    ['data:image/png;base64,a*b=', 'image_url holds invalid base64 data'],
    [dataUrl('image/png', png(9, 9)).slice(0, -1), 'image_url holds invalid base64 data'],
    [dataUrl('image/png', Buffer.from('<svg/>')), 'Failed to load image: cannot identify image file'],
    [dataUrl('image/png', truncated), 'Failed to load image: cannot identify image file'],
    [dataUrl('image/png', png(0, 9)), 'Failed to load image: cannot identify image file'],
    [dataUrl('image/jpeg', jpeg(9, 9).subarray(0, 12)), 'Failed to load image: cannot identify image file'],
    [dataUrl('image/webp', webp(9, 9).subarray(0, 20)), 'Failed to load image: cannot identify image file'],
    [dataUrl('image/jpeg', png(9, 9)), 'image_url says image/jpeg, and its data is image/png'],
    [dataUrl('', png(9, 9)), 'image_url says , and its data is image/png'],
  ])('%s', (url, message) =>
    withSimulator({}, async (api) => {
      const response = await ask(api, user(text, image(url)));
      expect([response.status, await response.json()]).toEqual([400, errors.badRequest(message, MODEL).body]);
    }),
  );
});
