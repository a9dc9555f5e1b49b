export interface Asked {
  name: string;
  content: string;
}

/** A turn before its tokens are counted. */
export interface Said {
  name: string;
  user: string;
  reply?: string;
}

const NAMES = [
  'Al',
  'Mira Vex',
  'Xanthippe_42',
  'Einzelnachweise',
  '猫のタマ',
  'Ольга',
  '🦊 fox',
  '~~ ✦ nyx ✦ ~~',
  'مريم',
  '7777',
  'gepubliceerd',
];

const SNIPPETS = [
  'The rain had not stopped for three days, and the lantern above the door swung in the wind. ',
  '"You came back," she whispered. *Her hand trembled on the latch.* "I did not think that you would..." ',
  'Natürlich! Die Einzelnachweise zur Donaudampfschifffahrtsgesellschaft wurden gestern überprüft. ',
  '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。',
  'Когда дождь кончился, Ольга открыла окно и долго смотрела на пустую улицу. ',
  'ลมหนาวพัดผ่านทุ่งนา และไม่มีใครจำได้ว่า ',
  'كان الباب مفتوحا قليلا، والضوء يتسلل من الداخل. ',
  '안녕하세요! 오늘은 비가 와서 집에 있었어요. ',
  '👩‍👩‍👧‍👦🏳️‍🌈 lol 😂😂😂 no way 🤷🏽‍♀️!!! ',
  '```ts\nexport const sum = (numbers: number[]): number =>\n    numbers.reduce((a, b) => a + b, 0);\n\n\tif (!ok) { return; }\n```\n',
  '| a | b |\n|---|---|\n| 1.50 | 2,000,000 |\n\n\n- [x] done\n- [ ] not\n\n',
  'https://example.com/a?b=c&d=%20#e <@123456789012345678> ||spoiler|| ~~gone~~ ',
  'aaaaaaaaaaaaaaaaaaaaaaaaaaaa hahahahahahahahaha zzzzzzzzzz ',
  '====================\n--------\n.:.:.:.:.:.:.:.:.:.:.:.:.:.:.:.:\n~~~~~~~~~~~~~~~~~~~~\n',
  '3.14159265358979 1234567890 0x7fff_ffff 12:34:56 ',
  '𝔘𝔫𝔲𝔰𝔲𝔞𝔩 𝕝𝕖𝕥𝕥𝕖𝕣𝕤 ▁▁▁ \u200b\u00ad ﷽ Z̷̢͚a̵l̴g̶o ',
  'yes\n\nno\n\n\n\n     maybe     \t\t so\r\n',
  '</s> [INST] <|eot_id|> ### Response:\nASSISTANT: USER: ',
];

export interface Pool {
  /** Mostly with replies. */
  said: Said[];
  long: Said[];
  asked: Asked[];
  longQuestion: Asked;
  /** Lists of mandatory texts. */
  systems: string[][];
}

/** Texts of many scripts, the same ones at each run. */
export function writePool(): Pool {
  let state = 7;
  const below = (limit: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
  const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item;
  const write = (length: number) => {
    let text = '';
    while (text.length < length) text += pick(SNIPPETS);
    // Texts begin and end anywhere, white space and half a word included.
    const units = Array.from(text);
    const start = below(12);
    return units.slice(start, start + length).join('');
  };
  const say = (userLength: number, replyLength: number): Said => ({
    name: pick(NAMES),
    user: write(1 + below(userLength)),
    reply: write(1 + below(replyLength)),
  });
  const times = <Item>(count: number, make: () => Item): Item[] => Array.from({ length: count }, make);
  return {
    said: [
      ...times(50, () => say(60, 90)),
      ...times(40, () => say(200, 1_000)),
      ...times(4, () => ({ name: pick(NAMES), user: write(40) })),
    ],
    long: times(3, () => say(5_000, 7_000)),
    asked: times(20, () => ({ name: pick(NAMES), content: `${write(1 + below(200))}.` })),
    longQuestion: { name: 'Al', content: write(14_000) },
    systems: [[], ['Be kind.'], ['', write(300)], [write(900), ' ', 'Be kind.'], [write(3_000)]],
  };
}
