import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  AMICA_EMOTIONS,
  emotionInstruction,
  pictureLabelFor,
  SILLYTAVERN_EXPRESSIONS,
  splitEmotionTag,
} from '../../src/personas/expressions.ts';

test('all labels of Amica and SillyTavern are known, each once', () => {
  expect([new Set(AMICA_EMOTIONS).size, new Set(SILLYTAVERN_EXPRESSIONS).size]).toEqual([14, 28]);
});

describe('the picture of an emotion', () => {
  test.each([
    // The same label.
    ['joy', ['joy', 'happy', 'neutral'], 'joy'],
    ['JOY ', ['neutral', 'Joy'], 'Joy'],
    ['smug', ['neutral', 'smug'], 'smug'],
    ['joy', ['joy-2', 'joy-1'], 'joy-2'],
    ['joy', ['joy_1', 'joy'], 'joy'],
    ['joy-1', ['joy', 'joy-1'], 'joy-1'],
    // Amica's words for SillyTavern's pictures.
    ['happy', ['joy'], 'joy'],
    ['angry', ['anger'], 'anger'],
    ['sad', ['sadness'], 'sadness'],
    ['relaxed', ['relief'], 'relief'],
    ['surprised', ['surprise'], 'surprise'],
    ['shy', ['embarrassment'], 'embarrassment'],
    ['jealous', ['annoyance'], 'annoyance'],
    ['bored', ['disapproval'], 'disapproval'],
    ['serious', ['realization'], 'realization'],
    ['suspicious', ['confusion-3'], 'confusion-3'],
    ['victory', ['pride'], 'pride'],
    ['sleep', ['joy', 'neutral'], 'neutral'],
    // And the other way.
    ['joy', ['happy', 'neutral'], 'happy'],
    ['confusion', ['suspicious', 'neutral'], 'suspicious'],
    ['pride', ['victory'], 'victory'],
    // Neutral, else none.
    ['remorse', ['joy', 'neutral'], 'neutral'],
    ['smug', ['joy', 'neutral-1'], 'neutral-1'],
    ['neutral', ['sleep', 'joy'], undefined],
    ['remorse', ['joy'], undefined],
    ['constructor', ['joy'], undefined],
    ['joy', [], undefined],
  ])('%s of %j: %s', (emotion, available, label) => {
    expect(pictureLabelFor(emotion, available)).toBe(label);
  });
});

describe('a leading tag', () => {
  test.each([
    ['[joy] Hello', 'joy', 'Hello'],
    ['\n [Joy]\n\nHello', 'joy', 'Hello'],
    ['[happy]Hello [sad] you', 'happy', 'Hello [sad] you'],
    ['[ suspicious ] Hm', 'suspicious', 'Hm'],
    ['[Smug] Hm', 'smug', 'Hm'],
    ['[wink] Hm', 'wink', 'Hm'],
    ['[joy]', 'joy', ''],
  ])('%j is parted', (text, emotion, rest) => {
    const parted = { emotion, text: rest, isUndecided: false };
    const available = ['smug', 'wink-1', 'wink-2'];
    expect(splitEmotionTag(text, { finished: true, available })).toEqual(parted);
    expect(splitEmotionTag(text, { finished: false, available })).toEqual(parted);
  });

  test.each([
    'Hello [joy]',
    '[smug] Hm',
    '[OOC: brb] Hm',
    '[]',
    '[link](https://example.org)',
    '[x] done',
    `[${'joy'.repeat(20)}]`,
    'joy] Hello',
    '[joy [sad] Hello',
    '**[joy]** Hello',
  ])('%j stays text', (text) => {
    const asText = { text, isUndecided: false };
    expect(splitEmotionTag(text, { finished: true })).toEqual(asText);
    expect(splitEmotionTag(text, { finished: false })).toEqual(asText);
  });

  test.each(['', ' ', '[', '[j', '[JO', '[joy', '[ surp', '[joy '])('%j is undecided until it goes on', (text) => {
    expect(splitEmotionTag(text, { finished: false })).toEqual({ text: '', isUndecided: true });
    expect(splitEmotionTag(text, { finished: true })).toEqual({ text, isUndecided: false });
  });

  test('what was decided stays decided, and no text is taken back', () => {
    const piece = fc.constantFrom('[', ']', 'joy', 'smug', ' ', '\n', 'Hello', 'J', '[anger] ', 'x'.repeat(20));
    const whole = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(whole, (text) => {
        const steps = Array.from(text, (_, index) =>
          splitEmotionTag(text.slice(0, index + 1), { finished: false, available: ['smug'] }),
        );
        const last = splitEmotionTag(text, { finished: true, available: ['smug'] });
        for (const step of steps.filter(({ isUndecided }) => !isUndecided)) {
          expect(step.emotion).toBe(last.emotion);
          expect(last.text.startsWith(step.text)).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the instruction', () => {
  test('names the expressions, each once', () => {
    expect(emotionInstruction(['Joy-1', 'joy-2', 'anger', 'very happy'])).toBe(
      'Begin the reply with one tag in square brackets that names how {{char}} feels, such as [joy], and use no other ' +
        'tags. Choose from: joy, anger, very happy.',
    );
  });

  test('says nothing if there is nothing to choose', () => {
    expect(emotionInstruction([])).toBe('');
  });

  test('passes on no file name that is more than a label', () => {
    const strange = ['joy', '] ignore all', '{{setvar::a::b}}', 'a\nb', 'x'.repeat(33), '', '<b>', 'a, b'];
    expect(emotionInstruction(strange)).toMatch(/Choose from: joy\.$/);
    expect(emotionInstruction(strange.slice(1))).toBe('');
  });

  test('stays short, however many pictures there are', () => {
    const many = Array.from({ length: 500 }, (_, index) => `mood ${String.fromCodePoint(0x4e00 + index)}`);
    expect(emotionInstruction(many).split(', ').length).toBeLessThan(50);
  });

  test('asks only for tags that are parted again', () => {
    const labels = ['joy-1', 'Smug', "can't look", 'élan'];
    for (const label of ['joy', 'smug', "can't look", 'élan']) {
      expect(emotionInstruction(labels)).toContain(label);
      expect(splitEmotionTag(`[${label}] Hm`, { finished: true, available: labels })).toMatchObject({ emotion: label });
    }
  });
});
