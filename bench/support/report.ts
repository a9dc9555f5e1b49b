import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { type Benchmark, type Findings, type Row, summarize } from './row.ts';

const RESULTS = new URL('../results/', import.meta.url);

const HEAD = ['what', 'best rival', 'target', 'median', 'min..max', 'ok?'];

/** The rows as a table in which columns stand below each other. */
export function table(rows: Row[]): string {
  const lines = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const print = (cells: string[]) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ');
  const [head = [], ...rest] = lines;
  return [print(head), widths.map((width) => '-'.repeat(width)).join('-|-'), ...rest.map(print)].join('\n');
}

function cellsOf(row: Row): string[] {
  const { what, rival, unit, target, atLeast, judged } = row;
  const { median, min, max, isMet } = summarize(row);
  const withUnit = (value: string) => (unit === '' ? value : `${value} ${unit}`);
  const number = (value: number) => (Number.isInteger(value) ? String(value) : value.toFixed(1));
  const suffix = judged === 'median' ? '' : ` (${judged})`;
  const limit = `${atLeast ? '>=' : '<='} ${withUnit(number(target))}${suffix}`;
  return [what, rival, limit, withUnit(number(median)), `${number(min)}..${number(max)}`, isMet ? 'yes' : 'NO'];
}

/** Keeps what was found, with every sample, in `bench/results`. */
export async function save({ name }: Benchmark, { rows, notes }: Findings): Promise<void> {
  const result = {
    date: new Date().toISOString(),
    machine: {
      cores: cpus().length,
      processor: cpus()[0]?.model,
      memoryGiB: Math.round(totalmem() / 1024 ** 3),
      node: process.version,
    },
    rows: rows.map((row) => ({ ...row, samples: row.samples.map(rounded), ...roundedAll(summarize(row)) })),
    notes,
  };
  await mkdir(RESULTS, { recursive: true });
  await writeFile(new URL(`${name}.json`, RESULTS), `${JSON.stringify(result, undefined, 2)}\n`);
}

const rounded = (value: number) => Math.round(value * 100) / 100;

function roundedAll({ median, min, max, isMet }: ReturnType<typeof summarize>) {
  return { median: rounded(median), min: rounded(min), max: rounded(max), isMet };
}
