import { expect, test } from '@jest/globals';
import { reportOf } from '../../../src/personas/lorebooks/book-report.ts';
import { readLorebook } from '../../../src/personas/lorebooks/read-lorebook.ts';

test('a report counts what a lorebook holds', () => {
  const entries = {
    0: { uid: 0, key: ['a'], content: 'x', position: 4 },
    1: { uid: 1, key: ['/a/b'], content: 'x', disable: true, position: 4 },
    2: { uid: 2, key: ['b'], keysecondary: ['/c+/gi'], content: 'x', constant: true, vectorized: true },
    3: {
      uid: 3,
      key: ['/d/'],
      content: '\n@@depth 2\n@@@instruct_depth 4\n@@is_user_icon Ann\nText\n@@ignore_on_max_context',
    },
    4: { uid: 4, key: ['//'], content: 'mail me @@ home', automationId: 'x' },
  };
  expect(reportOf(readLorebook({ entries }, 'World'))).toEqual({
    entries: 5,
    disabled: 1,
    constant: 1,
    withRegex: 2,
    withDecorators: 1,
    positions: [
      { position: 'before-character', entries: 3 },
      { position: 'at-depth', entries: 2 },
    ],
    keptUnused: ['marks for vector search', 'automations', '@@is_user_icon', '@@instruct_depth'],
    warnings: [],
  });
});

test.each([
  [
    'a list of entries',
    { spec: 'lorebook_v3', data: { entries: [{ keys: ['a'], use_regex: true, extensions: { automation_id: 'x' } }] } },
    1,
  ],
  ['no entries', { entries: {} }, 0],
])('of a book with %s is made too', (_, json, withRegex) => {
  const report = reportOf(readLorebook(json, 'World'));
  expect(report.withRegex).toBe(withRegex);
  expect(report.keptUnused).toEqual(withRegex === 0 ? [] : ['automations']);
});
