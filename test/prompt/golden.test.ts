import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import { readCase } from '../../src/cli/prompt/case.ts';
import { replayCase } from '../../src/cli/prompt/replay.ts';
import { systemClock } from '../../src/core/clock.ts';
import { silentLogger } from '../../src/core/logger.ts';
import type { PlannedMessage } from '../../src/prompt/plan.ts';
import { createRegexGuard } from '../../src/prompt/regex-guard.ts';

const folder = fileURLToPath(new URL('../../../shared/data/st-golden/', import.meta.url));
const files = existsSync(folder)
  ? readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort()
  : [];
const recorded = files.length > 0 ? test : test.skip;
const names =
  files.length > 0
    ? files.map((file) => file.replace(/\.json$/, ''))
    : ['skipped: there are no recordings in ../shared/data/st-golden'];

/** Where Dramatis differs on purpose (docs/sillytavern.md): what it sends instead of a recorded text. */
const DIFFERENCES: Record<string, Record<string, string>> = {
  // What members write is no template.
  '252-macro-in-user-input': {
    'I am Robin and [7] {{nosuch}}': 'I am {{user}} and {{setvar::u::7}}[{{getvar::u}}] {{nosuch}}',
    '[7]Golden reply 1.': '[{{getvar::u}}]{{lastMessage}}',
  },
};

const CHARACTERS_PER_TOKEN = 3.35;

const regex = createRegexGuard({ clock: systemClock, logger: silentLogger });
afterAll(() => regex.close());

interface Recording {
  name: string;
  expected: { steps: { requests: { messages: PlannedMessage[] }[] }[] };
}

/** The messages of all requests of a case, as Dramatis makes them; chance always falls in the middle. */
async function replay(recording: Recording): Promise<PlannedMessage[][][]> {
  return replayCase(readCase(recording), {
    clock: { now: Date.UTC(2026, 10, 23), utcOffsetMinutes: 0 },
    random: () => 0.5,
    count: async (texts) => texts.map((text) => Math.ceil(text.length / CHARACTERS_PER_TOKEN)),
    regex: regex.of('case'),
  });
}

const readable = ({ role, name, content }: PlannedMessage) =>
  `${role}${name === undefined ? '' : ` ${name}`}: ${content}`;

describe('prompts are those that SillyTavern 1.18 has sent', () => {
  recorded('there are recorded cases in ../shared/data/st-golden', () => {
    expect(files.length).toBeGreaterThan(100);
  });

  recorded.each(names)('%s', async (name) => {
    const recording: Recording = JSON.parse(readFileSync(`${folder}${name}.json`, 'utf8'));
    const instead = DIFFERENCES[name] ?? {};
    const expected = recording.expected.steps.map(({ requests }) =>
      requests.map(({ messages }) =>
        messages.map((message) => readable({ ...message, content: instead[message.content] ?? message.content })),
      ),
    );
    const sent = await replay(recording);
    expect(sent.map((requests) => requests.map((messages) => messages.map(readable)))).toEqual(expected);
  });
});
