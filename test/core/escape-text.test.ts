import { describe, expect, test } from '@jest/globals';
import { escapeText, unescapeText } from '../../src/core/escape-text.ts';

describe('a stranger’s text without meaning', () => {
  test.each([
    ['[Free Nitro](https://evil.example)', '\\[Free Nitro\\](https:\\//evil.example)'],
    ['<#1> <@2> <t:3:R> @everyone', '\\<\\#1\\> \\<\\@2\\> \\<t:3:R\\> \\@everyone'],
    ['**b** _i_ ~~s~~ ||h|| `c` \\', '\\*\\*b\\*\\* \\_i\\_ \\~\\~s\\~\\~ \\|\\|h\\|\\| \\`c\\` \\\\'],
    ['# Big\n- item\n-# small', '\\# Big\n\\- item\n\\-\\# small'],
    ['Jean-Luc (1/2)', 'Jean-Luc (1/2)'],
  ])('%j', (text, escaped) => {
    expect(escapeText(text)).toBe(escaped);
    expect(unescapeText(escaped)).toBe(text);
  });
});
