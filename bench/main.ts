import { context } from './context.ts';
import { fiveStreams } from './five-streams.ts';
import { idle } from './idle.ts';
import { oneStream } from './one-stream.ts';
import { personaCost } from './persona-cost.ts';
import { save, table } from './support/report.ts';
import { type Row, summarize } from './support/row.ts';
import { throttle } from './throttle.ts';
import { tokenizers } from './tokenizers.ts';
import { turnCost } from './turn-cost.ts';

const benchmarks = [oneStream, fiveStreams, context, turnCost, personaCost, throttle, tokenizers, idle];

const [name] = process.argv.slice(2);
const chosen = benchmarks.filter((benchmark) => name === undefined || benchmark.name === name);
if (chosen.length === 0) {
  const list = benchmarks.map((benchmark) => `  ${benchmark.name.padEnd(14)}${benchmark.about}`).join('\n');
  process.stderr.write(`There is no benchmark "${name}". These are there:\n${list}\n`);
  process.exit(1);
}

const rows: Row[] = [];
for (const benchmark of chosen) {
  process.stderr.write(`${benchmark.name}: ${benchmark.about}\n`);
  const findings = await benchmark.run();
  for (const note of findings.notes) process.stderr.write(`  ${note}\n`);
  await save(benchmark, findings);
  rows.push(...findings.rows);
}
process.stdout.write(`${table(rows)}\n`);
process.exitCode = rows.every((row) => summarize(row).isMet) ? 0 : 1;
