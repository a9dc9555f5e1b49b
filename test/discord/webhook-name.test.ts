import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { webhookName } from '../../src/discord/webhook-name.ts';

describe('the name of a persona on Discord', () => {
  test.each([
    ['is its own', 'Seraphina', 'Seraphina'],
    ['has no white space around it, and little in it', '  Dr.\n\t Watson  ', 'Dr. Watson'],
    ['keeps its letters, accents and emoji', 'Zoë 山田 👩‍👩‍👧', 'Zoë 山田 👩‍👩‍👧'],
    ['has a hyphen in the words that Discord refuses', 'Clyde of DISCORD', 'Cly-de of DIS-CORD'],
    ['has it in each of them', 'discorddiscord', 'dis-corddis-cord'],
    ['has it also where they are hidden', 'dis\u200bcord, cl\u200dyde', 'dis-cord, cl\u200d-yde'],
    ['loses what turns the text around', 'Admin\u202e', 'Admin'],
    ['is a plain word if there is nothing to see', ' \u200d\u3164 ', 'Persona'],
    ['is a plain word if there is nothing', '', 'Persona'],
  ])('%s', (_, name, expected) => {
    expect(webhookName(name)).toBe(expected);
  });

  test('is cut between characters as people see them', () => {
    const family = '👨‍👩‍👧‍👦';
    expect(webhookName(`${'x'.repeat(75)}${family}`)).toBe('x'.repeat(75));
    expect(webhookName('x'.repeat(81))).toBe('x'.repeat(80));
    expect(webhookName(`${'x'.repeat(79)} y`)).toBe('x'.repeat(79));
  });

  test('is cut within one that never ends', () => {
    expect(webhookName(`a${'\u0301\u0302'.repeat(100)}`)).toHaveLength(80);
  });

  test('of anything is one that Discord takes', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.constantFrom('', 'discord', 'CLYDE'),
        (text, word) => {
          const name = webhookName(`${text.slice(0, 20)}${word}${text}`);
          expect(name).not.toMatch(/discord|clyde|^\s|\s$/iu);
          expect(name.length).toBeGreaterThan(0);
          expect(name.length).toBeLessThanOrEqual(80);
          expect(name.isWellFormed()).toBe(true);
        },
      ),
    );
  });
});
