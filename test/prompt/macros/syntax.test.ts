import { describe, expect, test } from '@jest/globals';
import { createMacros } from '../../../src/prompt/macros.ts';
import { macroContext } from './support.ts';

const expand = (text: string) => createMacros(macroContext()).expand(text);

describe('a text', () => {
  test.each([
    ['without macros', 'plain } { text'],
    ['with braces around nothing', '{{}} {{ }} {{:}} {{1}} {{user!}}'],
    ['with a macro that is not known', '{{nosuch}} {{nosuch::a::b}} {{hidden_key:x}} {{#each x}}'],
    ['with a macro that is not closed', 'a {{user b {{char'],
    ['with a macro that is closed once', 'a {{user} b'],
    ['with closing macros alone', '{{/if}} {{/nosuch}} {{///}}'],
    ['with braces that close nothing', 'a }} b'],
    ['with arguments that a macro does not take', '{{user::x}} {{setvar::x}} {{roll}} {{reverse::a::b}} {{if x}}'],
    ['with counts that are none', '{{space::x}} {{newline::-1}}'],
    ['with a name that is too long', `{{${'a'.repeat(200)}}}`],
  ])('%s stays', (_what, text) => {
    expect(expand(text)).toEqual(text);
  });

  test.each([
    ['inner macros of one that is not known', '{{nosuch::{{user}} :: {{char}} }}', '{{nosuch::Robin :: Wren }}'],
    ['inner macros of one that is not closed', '{{reverse::{{user}} {{char}}', '{{reverse::Robin Wren'],
    ['inner macros of braces without a name', '{{ {{user}} }}', '{{ Robin }}'],
    ['braces around braces', '{{{user}}} {{{{char}}}}', '{Robin} {{Wren}}'],
    ['braces in an argument', '{{reverse::{a}}', 'a{'],
    ['braces without a name in an argument', '{{reverse::{{1}}}}', '}}1{{'],
    ['white space around names and arguments', '{{ reverse :: a b  }}|{{\treverse\n:ab}}', 'b a|ba'],
    ['a space that macros make', '[{{reverse::{{space}}a}}]', '[a ]'],
    ['the three separators', '{{reverse::abc}} {{reverse:abc}} {{reverse abc}}', 'cba cba cba'],
    ['colons in the one argument', '{{reverse a::b}} {{reverse: a :: b}}', 'b::a b :: a'],
    ['flags without a meaning', '{{!user}} {{?~ user}} {{>user}}', 'Robin Robin Robin'],
    ['escaped braces', '\\{\\{user\\}\\} {\\{user}} \\{a\\}', '{{user}} {{user}} {a}'],
    ['a backslash before a macro', '\\{{user}} \\n', '\\Robin \\n'],
    ['a backslash before the end of one', '{{reverse::ab\\}}', '\\ba'],
    ['angle forms in arguments', '{{reverse::<USER>}}', 'niboR'],
    ['nesting, from the inside', '{{reverse::{{reverse::{{user}}}}!}}', '!Robin'],
    ['macros from left to right', '{{setvar::a::1}}{{getvar::a}}{{setvar::a::2}}{{getvar::a}}', '12'],
  ])('resolves %s', (_what, text, expected) => {
    expect(expand(text)).toEqual(expected);
  });

  test('of a card or of lore is expanded twice, one of a preset once', () => {
    const { expand: inContext } = createMacros(macroContext());
    const text = '\\{\\{user\\}\\} {{incvar::n}}';
    expect([inContext(text), inContext(text, { isCardText: true }), inContext(text, { isLore: true })]).toEqual([
      '{{user}} 1',
      'Robin 2',
      'Robin 3',
    ]);
  });
});

describe('white space and comments', () => {
  test.each([
    ['a{{newline}}b{{newline::2}}c{{noop}}d{{space}}e{{space::3}}f', 'a\nb\n\ncd e   f'],
    ['f\n\n{{trim}}\r\n\ng\n{{noop}}\nh', 'fg\n\nh'],
    ['{{trim}}\n\na \n{{trim}}', 'a '],
    ['\n{{trim}}\n{{trim}}\n{{trim}}\n', ''],
    ['a\n{{if user}}\n{{trim}}\nb{{/if}}', 'a\nb'],
    ['{{setvar::x::a\n{{trim}}\nb}}{{getvar::x}}', 'ab'],
    ['[{{trim}}\n  a\n    b\n{{/trim}}]', '[a\n  b]'],
    ['a{{// a note: {{user}} :: }}b{{//note}}c', 'abc'],
    ['a{{//}}one\n{{user}} two{{///}}b', 'ab'],
    ['a{{comment: x}}b{{comment}}c{{/comment}}', 'ab'],
    ['{{//}}', '{{//}}'],
    ['{{banned "delve"}}{{banned::x}}{{else}}', ''],
    ['{{reverse::👍a}}', 'a👍'],
  ])('%j', (text, expected) => {
    expect(expand(text)).toEqual(expected);
  });
});

describe('{{if}}', () => {
  test.each([
    ['{{if user}}yes{{else}}no{{/if}}', 'yes'],
    ['{{if !user}}yes{{else}}no{{/if}}', 'no'],
    ['{{if ! persona}}yes{{/if}}', 'yes'],
    ['{{if persona}}yes{{/if}}', ''],
    ['{{IF USER}}yes{{/If}}', 'yes'],
    ['{{if some words}}yes{{/if}}', 'yes'],
    ...['false', 'OFF', '0', 'No', '{{noop}}'].map((falsy) => [`{{if ${falsy}}}yes{{else}}no{{/if}}`, 'no']),
    ['{{if::}}yes{{else}}no{{/if}}', 'no'],
    ['{{if {{getvar::set}}}}yes{{/if}}{{if !{{getvar::unset}}}}, no{{/if}}', 'yes, no'],
    ['{{if .set}}a{{/if}}{{if .unset}}b{{/if}}{{if !$all}}c{{/if}}', 'a'],
    ['{{if::user::yes{{else}}no}} {{if user::yes}}', 'yes yes'],
    ['{{if user}}{{if persona}}a{{else}}b{{/if}}{{else}}c{{/if}}', 'b'],
    ['{{if persona}}{{if user}}a{{else}}b{{/if}}{{else}}c{{/if}}', 'c'],
    ['{{if user}}{{incvar::n}}{{else}}{{incvar::m}}{{/if}}{{hasvar::m}}', '1false'],
    ['{{if user}}a{{/if}}b{{/if}}', 'ab{{/if}}'],
    ['{{if user}}a {{if user}}b{{/if}}', '{{if user}}a b'],
    ['{{if user}}a{{setvar::x}}b{{/if}}c{{/setvar}}', 'a{{setvar::x}}bc{{/setvar}}'],
  ])('%s', (text, expected) => {
    const context = macroContext();
    context.variables.local.set('set', 'true');
    context.variables.global.set('all', '1');
    expect(createMacros(context).expand(text)).toEqual(expected);
  });

  test('over several lines loses the indentation of its first line, unless it is {{#if}}', () => {
    const body = '\n\n    one\n      two\n  three\n';
    expect(expand(`[{{if user}}${body}{{else}}other{{/if}}]`)).toEqual('[one\n  two\nthree]');
    expect(expand(`[{{#if user}}${body}{{/if}}]`)).toEqual(`[${body}]`);
    expect(expand('[{{if user}}\nno indentation\n  two\n{{/if}}]')).toEqual('[no indentation\n  two]');
  });
});

describe('a scope', () => {
  test('is the last argument of any macro that takes one more', () => {
    const text =
      '{{setvar story}}\n  Once\n    upon {{user}}\n{{/setvar}}{{getvar}}story{{/getvar}}|{{reverse}} ab {{/reverse}}';
    expect(expand(text)).toEqual('Once\n  upon Robin|ba');
    expect(expand('{{#setvar::s}} a {{/setvar}}[{{getvar::s}}]')).toEqual('[ a ]');
  });

  test('is none of macros that take no argument, any number, or are not known', () => {
    const text = '{{user}}a{{/user}} {{random::b}}c{{/random}} {{nosuch}}{{user}}{{/nosuch}}';
    expect(expand(text)).toEqual('Robina{{/user}} bc{{/random}} {{nosuch}}Robin{{/nosuch}}');
  });
});
