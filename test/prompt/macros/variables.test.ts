import { describe, expect, test } from '@jest/globals';
import { createMacros } from '../../../src/prompt/macros.ts';
import { macroContext } from './support.ts';

function run(text: string, before: Record<string, string> = {}) {
  const context = macroContext();
  for (const [name, value] of Object.entries(before)) context.variables.local.set(name, value);
  const told = createMacros(context).expand(text);
  return {
    told,
    local: Object.fromEntries(context.variables.local),
    global: Object.fromEntries(context.variables.global),
  };
}

describe('macros of variables', () => {
  test.each([
    ['{{setvar::a::b c}}[{{getvar::a}}]', '[b c]'],
    ['{{setvar::a::}}[{{getvar::a}}]{{hasvar::a}}', '[]true'],
    ['[{{getvar::none}}]{{hasvar::none}}{{varexists::none}}', '[]falsefalse'],
    ['{{setvar::n::5}}{{addvar::n::3}}{{getvar::n}}', '8'],
    ['{{addvar::n::1.5}}{{getvar n}}', '1.5'],
    ['{{setvar::s::ab}}{{addvar::s::cd}}{{getvar:s}}', 'abcd'],
    ['{{setvar::s::ab}}{{addvar::s::1}}{{getvar::s}}', 'ab1'],
    ['{{incvar::n}}{{incvar::n}}{{decvar::n}}', '121'],
    ['{{setvar::s::ab}}{{incvar::s}}', 'ab1'],
    ['{{setvar::n::007}}{{getvar::n}}', '7'],
    ['{{setvar::a::1}}{{deletevar::a}}{{hasvar::a}}{{setvar::a::1}}{{flushvar::a}}{{hasvar::a}}', 'falsefalse'],
    ['{{setvar::{{user}}_mood::calm}}{{getvar::{{user}}_mood}}', 'calm'],
    ['{{setvar::__proto__::x}}{{getvar::__proto__}}{{getvar::toString}}', 'x'],
  ])('%s', (text, told) => {
    expect(run(text).told).toEqual(told);
  });

  test('of all conversations stand apart from those of this one', () => {
    const text =
      '{{setglobalvar::a::1}}{{addglobalvar::a::2}}{{getglobalvar::a}}{{incglobalvar::a}}{{decglobalvar::a}}' +
      '{{hasglobalvar::a}}{{globalvarexists::b}}{{hasvar::a}}{{setglobalvar::b::2}}{{deleteglobalvar::b}}';
    expect(run(text)).toEqual({ told: '343truefalsefalse', local: {}, global: { a: '3' } });
  });
});

describe('shorthand', () => {
  test.each([
    ['{{.n}}|{{ . n }}|{{.none}}', '5|5|'],
    ['{{.n = 7 }}{{.n}}', '7'],
    ['{{ .greeting = Hello, {{user}}! }}{{.greeting}}', 'Hello, Robin!'],
    ['{{.x = a::b}}{{.x}}', 'a::b'],
    ['{{.n++}}{{.n ++}}{{.n--}}', '676'],
    ['{{.n += 2}}{{.n}} {{.n -= 4}}{{.n}} {{.n -= x}}{{.n}}', '7 3 3'],
    ['{{.s += cd}}{{.s}}', 'abcd'],
    ['{{.n || 1}} {{.off || 1}} {{.none || {{user}}}}', '5 1 Robin'],
    ['{{.off ?? 1}} {{.none ?? 1}}', 'off 1'],
    ['{{.off ||= 1}}{{.off}} {{.n ||= 1}}', '11 5'],
    ['{{.none ??= 1}}{{.none}} {{.off ??= 1}}', '11 off'],
    ['{{.n == 5}} {{.s == 5}} {{.n != 5}} {{.none == }}', 'true false false true'],
    ['{{.n > 4}} {{.n >= 5}} {{.n < 5}} {{.n <= 5}}', 'true true false true'],
    ['{{.s > 4}} {{.n < x}}', 'false false'],
    ['{{.a-b}}', 'dashed'],
    ['{{.n || {{incvar::touched}}}}{{hasvar::touched}}', '5false'],
    ['{{.}} {{.1}} {{.n ! 5}} {{.n', '{{.}} {{.1}} {{.n ! 5}} {{.n'],
  ])('%s', (text, told) => {
    expect(run(text, { n: '5', s: 'ab', off: 'off', 'a-b': 'dashed' }).told).toEqual(told);
  });

  test('with a dollar is for all conversations', () => {
    expect(run('{{$a = 1}}{{$a++}}{{$a}}')).toEqual({ told: '22', local: {}, global: { a: '2' } });
  });
});

describe('bounds', () => {
  const lengthOf = (text: string, name: string) => run(text).local[name]?.length;

  test('there are at most 200 variables, and those that are set can change', () => {
    const sets = Array.from({ length: 300 }, (_, index) => `{{setvar::v${index}::x}}`).join('');
    const { local } = run(`${sets}{{setvar::v0::y}}{{setvar::late::x}}`);
    expect([Object.keys(local).length, local.v0, local.v199, local.v200]).toEqual([200, 'y', 'x', undefined]);
  });

  test('a value that is too long is not kept, nor a name', () => {
    expect(lengthOf(`{{setvar::a::${'x'.repeat(32_768)}}}`, 'a')).toEqual(32_768);
    expect(run(`{{setvar::a::b}}{{setvar::a::${'x'.repeat(32_769)}}}`).local).toEqual({ a: 'b' });
    expect(run(`{{setvar::${'n'.repeat(129)}::b}}`).local).toEqual({});
  });

  test('all values together are bounded', () => {
    const sets = Array.from({ length: 10 }, (_, index) => `{{setvar::v${index}::${'x'.repeat(20_000)}}}`).join('');
    expect(Object.keys(run(sets).local)).toEqual(['v0', 'v1', 'v2']);
  });

  test('all values together are bounded by their bytes, and what is deleted makes room', () => {
    const set = (name: string) => `{{setvar::${name}::${'é'.repeat(32_000)}}}`;
    expect(Object.keys(run(set('a') + set('b')).local)).toEqual(['a']);
    expect(Object.keys(run(`${set('a')}{{deletevar::a}}${set('b')}${set('b')}{{setvar::c::x}}`).local)).toEqual([
      'b',
      'c',
    ]);
  });

  test('a value that doubles stops at the bound', () => {
    expect(lengthOf(`{{setvar::a::xy}}${'{{addvar::a::{{.a}}}}'.repeat(40)}`, 'a')).toEqual(32_768);
  });
});
