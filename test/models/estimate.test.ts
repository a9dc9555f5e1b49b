import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { estimateTokens } from '../../src/models/estimate.ts';

type Encode = (text: string) => ArrayLike<unknown>;

const tokenizers: Encode[] = [];

beforeAll(async () => {
  const { default: llama3 } = await import('llama3-tokenizer-js');
  tokenizers.push((text) => llama3.encode(text, { bos: false, eos: false }));
  for (const packageName of ['llama-tokenizer-js', 'mistral-tokenizer-js']) {
    const { default: sentencePiece } = (await import(packageName)) as {
      default: { encode(text: string, addBos: boolean, addPrecedingSpace: boolean): number[] };
    };
    tokenizers.push((text) => sentencePiece.encode(text, false, true));
  }
});

const countAll = (text: string) => tokenizers.map((encode) => encode(text).length);

const oneOf = (characters: string) => fc.constantFrom(...characters.split(''));

const prose = {
  story:
    'The old lighthouse keeper had not spoken to anyone for three weeks when the storm finally broke. He climbed the ' +
    'stairs slowly, one hand on the cold iron rail, and listened to the wind as it searched the tower for a way in. ' +
    'Below him the sea threw itself against the rocks, over and over, like something that had forgotten why it was ' +
    'angry. "You could have gone ashore," his daughter had written. He kept the letter in his coat, folded into ' +
    'quarters, soft as cloth along the creases. At the top he lit the lamp, wiped the glass, and waited.',
  advice:
    'To install the package, run the following command in your terminal and restart the service. If you see a ' +
    'permissions error, check that your account belongs to the administrators group. The configuration file accepts ' +
    'environment variables, so you can keep secrets outside of version control.',
  chat:
    "Honestly? I don't think it matters that much. We could just meet at the station around six, grab something to eat " +
    "and decide later whether we still feel like going. If it rains I'd rather stay in anyway, and I know you would too.",
  roleplay:
    '*She leans against the doorway, arms folded, a crooked smile playing on her lips.* "Well, well... look who finally ' +
    'decided to show up." *Her tail flicks lazily as she pushes off the frame and saunters closer.* "I was starting to ' +
    'think you\'d forgotten about me~" *She taps your chest with one finger.* "So? What\'s your excuse this time, hm?"',
};

const others = {
  'roleplay with emoji': '*giggles* 😏 omg nooo ✨ you did NOT just say that 💀💀 *pokes your cheek* heh~ 🥺👉👈',
  javascript:
    'export async function fetchUser(id) {\n  const response = await fetch(`/api/users/${id}`);\n  if (!response.ok) {\n' +
    "    throw new Error('HTTP ' + response.status);\n  }\n  return response.json();\n}\n",
  python:
    'import re\nfrom collections import Counter\n\ndef top_words(path, n=10):\n    """Return the n most common words."""\n' +
    '    with open(path, encoding="utf-8") as handle:\n        words = re.findall(r"[a-z\']+", handle.read().lower())\n' +
    '    return Counter(words).most_common(n)\n',
  rust:
    "impl<'a, T: Iterator<Item = &'a str>> Parser<'a, T> {\n    pub fn next_token(&mut self) -> Option<Token<'a>> {\n" +
    '        while let Some(c) = self.chars.peek() {\n            if !c.is_whitespace() { break; }\n        }\n        None\n    }\n}\n',
  japanese:
    '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。何でも薄暗いじめじめした所でニャーニャー泣いていた事だけは記憶している。',
  chinese: '老灯塔看守人已经三个星期没有和任何人说话了，这时暴风雨终于来了。他慢慢地爬上楼梯，一只手扶着冰冷的铁栏杆。',
  russian:
    'Старый смотритель маяка три недели ни с кем не разговаривал, когда наконец разразилась буря. Он медленно ' +
    'поднимался по лестнице, держась рукой за холодные железные перила.',
  arabic: 'لم يتحدث حارس المنارة القديم إلى أحد منذ ثلاثة أسابيع عندما هبت العاصفة أخيرا. صعد الدرج ببطء.',
  german:
    'Der alte Leuchtturmwärter hatte drei Wochen lang mit niemandem gesprochen, als der Sturm endlich losbrach. Er stieg ' +
    'langsam die Treppe hinauf, eine Hand am kalten Eisengeländer.',
  korean: '오래된 등대지기는 삼 주 동안 아무와도 말하지 않았다.',
  hindi: 'पुराने प्रकाशस्तंभ के रखवाले ने तीन सप्ताह से किसी से बात नहीं की थी।',
  addresses:
    'See https://github.com/discordjs/discord.js/blob/main/packages/rest/src/lib/handlers/SequentialHandler.ts#L42-L60 ' +
    'and http://127.0.0.1:3210/?utm_source=newsletter&id=8f3a9c0d-11ee-4b1e-9a5c-0242ac120002',
  numbers: '1234567890 3.14159265358979 2026-11-22T18:30:00Z 42 007 1,000,000 0xFF 99.9% +49 30 901820',
  base64: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  zalgo: `z${'\u0337\u0321\u031b\u0353\u031f'.repeat(20)}a\u0334l\u0338g\u0335o\u0334`,
  emoji: '😀🦊👩‍👩‍👧‍👦🇩🇪❤️🔥✨🥺👍🏽',
  capitals: 'THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG AND RUNS AWAY FROM XYZZY',
  'a table': '| name | age |\n|------|----:|\n| Ann  |  30 |\n| Bob  |  25 |\n\n=====================\n',
  json: '{"id":"1234","tags":["a","b"],"nested":{"x":1.5,"ok":true,"none":null}}',
  whitespace: `a${' '.repeat(15)}b${' '.repeat(100)}1\t\t\t\tc\n\n\n\n\r\n  \n`,
  'half a pair': 'a\ud83db\udc00c',
};

describe('an estimate of tokens', () => {
  test.each(Object.entries({ ...prose, ...others }))('is not below any tokenizer: %s', (_kind, text) => {
    expect(estimateTokens(text)).toBeGreaterThanOrEqual(Math.max(...countAll(text)));
    const repeated = `${text}\n\n`.repeat(10);
    expect(estimateTokens(repeated)).toBeGreaterThanOrEqual(Math.max(...countAll(repeated)));
  });

  test.each(Object.entries(prose))('is at most 35 %% above every tokenizer for English: %s', (_kind, text) => {
    expect(estimateTokens(text)).toBeLessThanOrEqual(1.35 * Math.min(...countAll(text)));
  });

  test('is at most about twice the largest count for any other common text', () => {
    const seldomTight = ['hindi', 'korean', 'a table'];
    const ratios = Object.entries(others)
      .filter(([kind]) => !seldomTight.includes(kind))
      .map(([kind, text]) => [kind, estimateTokens(text) / Math.max(...countAll(text))] as const);
    expect(ratios.filter(([, ratio]) => ratio > 2.1)).toEqual([]);
  });

  test.each([
    ['ASCII', fc.string({ maxLength: 80 })],
    ['whole characters', fc.string({ unit: 'grapheme', maxLength: 60 })],
    ['any code points', fc.string({ unit: 'binary', maxLength: 60 })],
    ['letters', fc.string({ unit: oneOf('abcdefghijklmnopqrstuvwxyz '), maxLength: 80 })],
    ['letters and digits', fc.string({ unit: oneOf('abcXYZ0189 \n'), maxLength: 80 })],
    ['base64', fc.base64String({ maxLength: 200 })],
    ['JSON', fc.json()],
    ['addresses', fc.webUrl()],
    ['whitespace', fc.string({ unit: oneOf(' \n\ta1*'), maxLength: 80 })],
    ['signs', fc.string({ unit: oneOf('-=*_.#~/!?|+"\'()<>@ '), maxLength: 80 })],
  ])('is not below any tokenizer for random strings: %s', (_kind, strings) => {
    fc.assert(
      fc.property(strings, (text) => {
        expect(estimateTokens(text)).toBeGreaterThanOrEqual(Math.max(...countAll(text)));
      }),
      { numRuns: 500 },
    );
  });

  test('of nothing is nothing', () => {
    expect(estimateTokens('')).toBe(0);
  });

  test('grows with the text', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...Object.values(prose)), { minLength: 1, maxLength: 5 }), (texts) => {
        const whole = estimateTokens(texts.join('\n\n'));
        expect(whole).toBeGreaterThan(estimateTokens(texts.slice(1).join('\n\n')));
        expect(whole).toBeLessThanOrEqual(texts.reduce((total, text) => total + estimateTokens(text) + 2, 0));
      }),
    );
  });
});
