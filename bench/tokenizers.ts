import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TokenizerName } from '../src/models/known-models.ts';
import type { Benchmark, Row } from './support/row.ts';
import type { Kept, Used } from './tokenizer-process.ts';

const RUNS = 5;
const MIB = 1024 * 1024;
const ROOT = fileURLToPath(new URL('../', import.meta.url));
const NAMES = ['llama3', 'llama2', 'mistral'] as const;
/** What the packages' own tables take is 51, 15 and 14. */
const KEPT_MIB_MAX = { llama3: 60, llama2: 20, mistral: 20 };

export const tokenizers: Benchmark = {
  name: 'tokenizers',
  about: 'memory and speed of the exact counts of tokens, in a process that does nothing else',
  async run() {
    // The first run compiles what later ones find compiled.
    await run<Used>('used', NAMES);
    const kept = await samplesOf(() => Promise.all(NAMES.map((name) => run<Kept>('kept', [name]))));
    const first = await samplesOf(() => run<Used>('used', ['llama3']));
    const all = await samplesOf(() => run<Used>('used', NAMES));
    return {
      rows: [
        ...NAMES.map((name, index) =>
          row(
            `what the tokenizer keeps: ${name}`,
            'MiB',
            KEPT_MIB_MAX[name],
            kept.map((run) => run[index]?.keptBytes ?? Number.NaN).map(toMib),
          ),
        ),
        row(
          'memory (RSS) once Llama 3 was used',
          'MiB',
          60,
          first.map(({ rssBytes }) => toMib(rssBytes)),
        ),
        row(
          'memory (RSS) once all three were used',
          'MiB',
          60,
          all.map(({ rssBytes }) => toMib(rssBytes)),
        ),
        row(
          'event loop stands still while Llama 3 loads',
          'ms',
          25,
          first.map(({ stallMs }) => stallMs),
        ),
        row(
          '41k tokens, first text of all',
          'ms',
          104,
          first.map(({ longTextMs }) => longTextMs),
        ),
        row(
          'a short text, there and back',
          'ms',
          0.2,
          first.map(({ shortTextMs }) => shortTextMs),
        ),
      ],
      notes: first.map(({ loadMs }) => `Llama 3 loaded after ${Math.round(loadMs)} ms`),
    };
  },
};

const toMib = (bytes: number) => bytes / MIB;

function row(what: string, unit: Row['unit'], target: number, samples: number[]): Row {
  return { what, rival: '-', unit, target, judged: 'median', samples };
}

async function samplesOf<Sample>(measure: () => Promise<Sample>): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let sample = 0; sample < RUNS; sample++) samples.push(await measure());
  return samples;
}

/** In a process of its own, with what `npm start` loads before the bot. */
async function run<Result>(what: 'used' | 'kept', names: readonly TokenizerName[]): Promise<Result> {
  const args = ['--expose-gc', '-r', './src/compile-cache.cjs', 'bench/tokenizer-process.ts', what, ...names];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT });
  return JSON.parse(stdout) as Result;
}
