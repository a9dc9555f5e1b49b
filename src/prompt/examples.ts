export interface ExampleTurn {
  speaker: 'user' | 'assistant';
  /** Who speaks: the member's name, or the character's; in a group that of another character, if one spoke. */
  name: string;
  /** Without the speaker's name before it. A group's prompt puts it there again. */
  content: string;
}

/** May be empty: a block without speakers still begins an example chat. */
export type ExampleBlock = ExampleTurn[];

export interface ExampleNames {
  user: string;
  char: string;
  /** Further characters of a group. */
  others?: readonly string[] | undefined;
}

const START = '<START>';
const ANY_START = /<START>/i;

/**
 * Example dialogue (`mes_example`, its macros resolved) as SillyTavern 1.18 reads it: `<START>` parts blocks wherever it
 * stands, a line that begins with `Name:` begins a turn if the other side spoke before, and what comes before the first
 * speaker belongs to the first turn.
 */
export function parseExamples(text: string, names: ExampleNames): ExampleBlock[] {
  return splitExamples(text).map((block) => readBlock(block, names));
}

/** Example dialogue as `{{mesExamples}}` stands for it. */
export function mesExamplesOf(text: string): string {
  return splitExamples(text)
    .map((block) => `${START}\n${block}\n`)
    .join('');
}

function splitExamples(text: string): string[] {
  const plain = text.replaceAll('\r', '').trim();
  if (plain === '' || plain === START) return [];
  const blocks = plain.split(ANY_START).map((block) => block.trim());
  // SillyTavern sees only the first `<START>` in capitals: a text that begins with another has an empty block before it.
  return plain.startsWith(START) ? blocks.slice(1) : blocks;
}

function readBlock(block: string, { user, char, others = [] }: ExampleNames): ExampleBlock {
  const characters = [char, ...others].filter((name) => name !== '');
  const turns: ExampleBlock = [];
  let speaker: ExampleTurn['speaker'] | undefined;
  let character = char;
  let lines: string[] = [];

  function endTurn(): void {
    if (!speaker) return;
    const name = speaker === 'user' ? user : character;
    turns.push({ speaker, name, content: withoutName(lines.join('\n'), name) });
    lines = [];
  }

  for (const line of block.split('\n')) {
    const spoken = characters.find((name) => line.startsWith(`${name}:`));
    if (user !== '' && line.startsWith(`${user}:`)) {
      if (speaker === 'assistant') endTurn();
      speaker = 'user';
    } else if (spoken !== undefined) {
      // The name of a turn is that of the last other character in the block, SillyTavern's way.
      if (speaker === 'user') endTurn();
      if (spoken !== char) character = spoken;
      speaker = 'assistant';
    }
    lines.push(line);
  }
  endTurn();
  return turns;
}

/** The first mention alone goes, wherever it stands. */
function withoutName(text: string, name: string): string {
  return text.replace(`${name}:`, '').trim();
}
