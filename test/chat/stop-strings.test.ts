import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stopStringsOf } from '../../src/chat/stop-strings.ts';

const LONG = 'x'.repeat(62);

test.each([
  { participants: ['Mira', 'Tom'], own: [], stops: ['\nMira:', '\nTom:'] },
  { participants: ['A', 'B', 'C', 'D', 'E'], own: [], stops: ['\nA:', '\nB:', '\nC:', '\nD:'] },
  { participants: ['A', 'B', 'C'], own: ['###', '\n'], stops: ['###', '\n', '\nA:', '\nB:'] },
  { participants: ['A'], own: ['1', '2', '3', '4', '5'], stops: ['1', '2', '3', '4'] },
  { participants: ['Mira', 'Mira', ' Mira '], own: ['\nMira:'], stops: ['\nMira:'] },
  { participants: ['', ' ', '\n'], own: ['', ' ', '\t'], stops: [] },
  { participants: ['Bezel', 'bezel', ' BEZEL', 'Mira'], own: ['\nBezel:', 'Bezel:'], stops: ['\nMira:'] },
  { participants: ['Inspector Bezel'], own: ['Bezel'], stops: ['Bezel', '\nInspector Bezel:'] },
  { participants: ['Two\nlines', `${LONG}x`, LONG], own: ['y'.repeat(65)], stops: ['\nTwo lines:', `\n${LONG}:`] },
])('$own and $participants', ({ participants, own, stops }) => {
  expect(stopStringsOf({ speaker: 'Bezel', participants, own })).toEqual(stops);
});

test('takes as many as it may', () => {
  const participants = ['A', 'B', 'C', 'D', 'E'];
  expect(stopStringsOf({ speaker: 'Bezel', participants, own: [], max: 2 })).toEqual(['\nA:', '\nB:']);
  expect(stopStringsOf({ speaker: 'Bezel', participants, own: ['#'], max: 0 })).toEqual([]);
});

test('whatever the names are, no server refuses the list, and the speaker is not stopped', () => {
  const names = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('Bezel', 'Mira', ' ')));
  fc.assert(
    fc.property(fc.constantFrom('Bezel', 'Mira'), names, names, (speaker, participants, own) => {
      const stops = stopStringsOf({ speaker, participants, own });
      expect(stops.length).toBeLessThanOrEqual(4);
      expect(new Set(stops).size).toBe(stops.length);
      expect(stops).not.toContain('');
      expect(stops).not.toContain(`\n${speaker}:`);
      expect(stops.filter((stop) => stop.length > 64)).toEqual([]);
    }),
  );
});
