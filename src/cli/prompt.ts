import { readFile } from 'node:fs/promises';
import { systemClock } from '../core/clock.ts';
import { StartError, UserError } from '../core/errors.ts';
import { silentLogger } from '../core/logger.ts';
import { createTokenizers } from '../models/tokens.ts';
import { createRegexGuard } from '../prompt/regex-guard.ts';
import { readCase } from './prompt/case.ts';
import { replayCase } from './prompt/replay.ts';

/** Near SillyTavern's own for a model that it does not know (cl100k): Llama 3's vocabulary holds all of it. */
const TOKENIZER = { name: 'llama3' } as const;

/**
 * Prints the messages of a case's last request as a JSON array, and nothing else: what SillyTavern would send.
 *
 * @throws StartError that says what is wrong with the file
 */
export async function runPrompt(path: string, { stdout }: { stdout: { write(text: string): unknown } }): Promise<void> {
  const json = await readJson(path);
  const tokenizers = createTokenizers({ logger: silentLogger });
  const regex = createRegexGuard({ clock: systemClock, logger: silentLogger });
  const now = Date.now();
  try {
    const requests = await replayCase(readCase(json), {
      clock: { now, utcOffsetMinutes: -new Date(now).getTimezoneOffset() },
      random: Math.random,
      async count(texts) {
        await tokenizers.load(TOKENIZER);
        return tokenizers.counterFor(TOKENIZER).count(texts);
      },
      regex: regex.of('case'),
    });
    const last = requests.flat().at(-1);
    if (!last) throw new StartError('No step of this case sends a request.');
    stdout.write(`${JSON.stringify(last, undefined, 2)}\n`);
  } catch (error) {
    throw error instanceof UserError ? new StartError(error.message, { cause: error }) : error;
  } finally {
    await Promise.all([tokenizers.close(), regex.close()]);
  }
}

async function readJson(path: string): Promise<unknown> {
  if (path === '') throw new StartError('Which case? Say it: `npm run prompt -- CASE.json`.');
  try {
    return JSON.parse((await readFile(path, 'utf8')).replace(/^\uFEFF/, ''));
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'It is no JSON.' : 'It cannot be read.';
    throw new StartError(`${path}: ${reason}`, { cause: error });
  }
}
