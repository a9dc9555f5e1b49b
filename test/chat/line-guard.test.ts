import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createLineGuard } from '../../src/chat/line-guard.ts';
import { separateReasoning } from '../../src/chat/reasoning.ts';

const scene = {
  speaker: ['Bezel', 'Inspector Bezel'],
  others: ['Mira', 'Mira Holt', 'Ottilie', 'İrem', 'アイコ', '12'],
};

function guard(pieces: readonly string[], options: Parameters<typeof createLineGuard>[0] = scene) {
  const lines = createLineGuard(options);
  const shown = pieces.map((piece) => lines.push(piece));
  return { shown, text: shown.join('') + lines.end(), isOver: lines.isOver };
}

describe('the line of another participant ends the reply', () => {
  test.each([
    ['Hello.\nMira: Hi!', 'Hello.'],
    ['Hello.\n\n  \nMira: Hi!', 'Hello.'],
    ['Hello.\nmira:Hi!', 'Hello.'],
    ['Hello.\nMIRA HOLT: Hi!', 'Hello.'],
    ['Hello.\n  Mira : Hi!', 'Hello.'],
    ['Hello.\nMira:', 'Hello.'],
    ['Hello.\nMira:\nHi!', 'Hello.'],
    ['Hello.\n**Mira:** Hi!', 'Hello.'],
    ['Hello.\n**Mira**: Hi!', 'Hello.'],
    ['Hello.\n***Mira***: Hi!', 'Hello.'],
    ['Hello.\n__Mira:__ Hi!', 'Hello.'],
    ['Hello.\n*Mira: waves*', 'Hello.'],
    ['Hello.\n"Mira": Hi!', 'Hello.'],
    ['Hello.\n“Mira:” Hi!', 'Hello.'],
    ['Hello.\n[Mira]: Hi!', 'Hello.'],
    ['Hello.\n<Mira>: Hi!', 'Hello.'],
    ['Hello.\nMira (waving): Hi!', 'Hello.'],
    ['Hello.\n**Mira** (waving): Hi!', 'Hello.'],
    ['Hello.\n**Mira (waving):** Hi!', 'Hello.'],
    ['Hello.\nMira *waves*: Hi!', 'Hello.'],
    ['Hello.\nMira：やあ', 'Hello.'],
    ['Hello.\nアイコ（笑）：やあ', 'Hello.'],
    ['Hello.\nİREM: Selam', 'Hello.'],
    ['Hello.\nUser: Hi!', 'Hello.'],
    ['Hello.\n{{user}}: Hi!', 'Hello.'],
    ['Hello.\n<user>: Hi!', 'Hello.'],
    ['Hello.\nHuman: Hi!', 'Hello.'],
    ['Mira: Hi!', ''],
    ['Hello.\r\nMira: Hi!', 'Hello.\r'],
    ['```\ncode\n```\nMira: Hi!', '```\ncode\n```'],
    ['> ```\n> code\nMira: Hi!', '> ```\n> code'],
    ['say ``` x\nMira: Hi!', 'say ``` x'],
    ['Bezel:\nMira: Hi!', ''],
  ])('%j', (text, kept) => {
    expect(guard([text])).toEqual({ shown: [expect.any(String)], text: kept, isOver: true });
  });

  test('and nothing is shown that comes after it', () => {
    const lines = createLineGuard(scene);
    expect(lines.push('One.\nMira: ')).toBe('One.');
    expect(lines.isOver).toBe(true);
    expect([lines.push('Two.\nBezel: Three.'), lines.end()]).toEqual(['', '']);
  });
});

describe('what only looks like it stays', () => {
  test.each([
    'Hello, Mira: come in.',
    'Mira comes in.\nMira Holt smiles: good.\n',
    'Mirabel: who?',
    'Mira, come in: it rains.',
    'One.\n"Mira: come in!"',
    'One.\n[Mira: absent]',
    'One.\n> Mira: quoted',
    'One.\n- Mira: 12 points',
    'One.\n****Mira: Hi',
    'One.\nMira\n: no',
    'One.\nMira (waving\n): no',
    `One.\nMira (${'so '.repeat(30)}): no`,
    'One.\n12:30 is late.',
    'One.\nMira :)',
    'One.\nMira ://',
    'One.\nMira',
    'One.\nMira (wav',
    'One.\n**Mira**',
    '```\nMira: Hi!\n```\nSo.',
    '```\nMira: Hi!\n\nUser: root',
    '~~~\n```\nMira: Hi!\n~~~',
    '> ```\n> code\n> Mira: Hi!',
    'One.\nAssistant: Two.',
    'One.\n\n  Two.  \n\n',
  ])('%j', (text) => {
    expect(guard([text])).toEqual({ shown: [expect.any(String)], text, isOver: false });
  });

  test.each(['https', 'note'])('a member called %s does not cut addresses', (name) => {
    const text = `See\n${name}://example.org`;
    expect(guard([text], { speaker: 'Bezel', others: [name] }).text).toBe(text);
  });
});

describe("the speaker's own label goes", () => {
  test.each([
    ['Bezel: Hello', 'Hello'],
    ['  bezel:Hello', 'Hello'],
    ['Inspector Bezel: Hello', 'Hello'],
    ['**Bezel:** Hello', 'Hello'],
    ['**Bezel**: Hello', 'Hello'],
    ['"Bezel": Hello', 'Hello'],
    ['“Bezel:” Hello', 'Hello'],
    ['"Bezel: Hello"', '"Hello"'],
    ['**Bezel: Hello**', '**Hello**'],
    ['*Bezel: ticks*', '*ticks*'],
    ['Bezel (ticking): Hello', 'Hello'],
    ['{{char}}: Hello', 'Hello'],
    ['Bezel:\n\nHello', 'Hello'],
    ['Bezel: Bezel: Hello', 'Bezel: Hello'],
    ['Hello.\nBezel: And more.', 'Hello.\nAnd more.'],
    ['Hello.\n\n**Bezel:**\nAnd more.', 'Hello.\n\n\nAnd more.'],
    ['Bezel:\n```\nBezel: code\n```', '```\nBezel: code\n```'],
    ['Bezel: ```\nMira: code\n```', '```\nMira: code\n```'],
    ['Bezel: ', ''],
  ])('%j', (text, kept) => {
    expect(guard([text])).toEqual({ shown: [expect.any(String)], text: kept, isOver: false });
  });

  test('also if another participant has the same name', () => {
    const same = { speaker: 'User', others: ['user', ' '] };
    expect(guard(['User: Hello.\nuser: Bye.'], same)).toEqual({
      shown: ['Hello.\nBye.'],
      text: 'Hello.\nBye.',
      isOver: false,
    });
  });

  test.each(['Bezel: Hi', ' bezel:Hi', '**Bezel:** Hi', '**Bezel**: Hi', 'Bezel says: Hi', 'Bezel', 'Be'])(
    'as where the reasoning is parted from the reply: %j',
    (raw) => {
      const parted = separateReasoning(raw, { finished: true, ownName: 'Bezel' }).text;
      expect(guard([raw], { speaker: 'Bezel', others: [] }).text).toBe(parted);
    },
  );
});

test('a line is shown as soon as it cannot be a label', () => {
  const pieces = [
    'Mi',
    'st',
    ' falls.',
    '\n',
    '\n',
    'Mir',
    'a',
    ' ',
    'w',
    'aits.\n*',
    'Mira',
    '* h',
    'ums.\n',
    '"O',
    'h',
  ];
  expect(guard(pieces).shown).toEqual([
    '',
    'Mist',
    ' falls.',
    '',
    '',
    '',
    '',
    '',
    '\n\nMira w',
    'aits.',
    '',
    '\n*Mira* h',
    'ums.',
    '',
    '\n"Oh',
  ]);
});

describe('any text', () => {
  const piece = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('\n', '\n\n', ' ', 'word', 'Mira', 'Bezel', 'Inspector Bezel', ':', ': ') },
    fc.constantFrom('**', '*', '_', '"', '[', ']', '(', ')', '：', '```\n', '\n```\n', '```', '> ', '- ', '  ', '\r\n'),
    fc.constantFrom(
      'Mira: hi',
      '**Mira:** hi',
      'Bezel: hi',
      'Mira Holt',
      'User',
      '{{user}}',
      'İREM',
      'i̇rem',
      '🙂',
      '𝒜b',
    ),
    fc.string({ unit: 'binary', maxLength: 5 }),
  );
  const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
  const withPair = { speaker: 'Bezel', others: [...scene.others, '𝒜b', '*Mira', 'a:b', 'a'] };

  function cut(whole: string, at: readonly number[]): string[] {
    const places = at.map((place) => place % (whole.length + 1)).sort((a, b) => a - b);
    return [0, ...places].map((from, index) => whole.slice(from, places[index]));
  }

  test('gives the same in whatever pieces it comes', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat(), { maxLength: 20 }), (whole, at) => {
        const { text: expected, isOver } = guard([whole], withPair);
        expect(guard(cut(whole, at), withPair)).toMatchObject({ text: expected, isOver });
        expect(guard(whole.split(''), withPair)).toMatchObject({ text: expected, isOver });
      }),
      { numRuns: 2_000 },
    );
  });

  test('loses nothing but what begins it, if nobody is named', () => {
    fc.assert(
      fc.property(text, (whole) => {
        expect(guard(cut(whole, [7, 3]), { speaker: 'Nobody', others: ['No One'] })).toMatchObject(
          /user|human/i.test(whole) ? {} : { text: whole.trimStart(), isOver: false },
        );
      }),
    );
  });

  test("never keeps a plain line of another's outside of code", () => {
    fc.assert(
      fc.property(text, (whole) => {
        const kept = guard([whole.replaceAll(/[`~]/g, '')]).text;
        expect(kept).not.toMatch(/^(?:Mira|Ottilie|User): /m);
      }),
    );
  });

  // A text that were read again for each piece would not be through before the test's time is over.
  test.each(['\n', ' ', '*', 'Mira', 'Mira (', '\n*', '\nMira (', '\nBezel: ', '```\n', '\nMira\n', '> ```\n> a\n'])(
    'a long run of %j in small pieces is read once',
    (unit) => {
      const pieces = Array.from({ length: 30_000 }, () => unit);
      expect(guard(pieces).text.length).toBeLessThanOrEqual(unit.length * pieces.length);
    },
  );
});
