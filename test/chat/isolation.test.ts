import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CompletionRequest } from '../../src/completions/events.ts';
import { advanceUntil, conversationOf, createScene, STOP, type Step, textsOf } from './scene.ts';

const NUMBERS = Array.from({ length: 20 }, (_, index) => index);
const TURNS = [1, 2, 3];

test('twenty conversations, mixed at every step: the model reads nothing of another one, and each keeps its own', async () => {
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat(6)), async (waits) => {
      const wait = async () => {
        const { value } = waits.next();
        for (let step = 0; step < value; step++) await new Promise<void>((resolve) => setImmediate(resolve));
      };
      const answers = [
        (request: CompletionRequest): Step[] => {
          const [question = ''] = /q\d+-\d/.exec(textsOf(request).at(-1) ?? '') ?? [];
          return ['answer ', 10, question.replace('q', 'a'), 10, STOP];
        },
      ];
      const scene = await createScene({ answers, pause: wait });
      const talk = async (number: number) => {
        for (const turn of TURNS) {
          const asked = scene.ask(`q${number}-${turn}`, { conversationId: `c${number}`, id: `${number}.${turn}` });
          await asked.done;
        }
      };
      await advanceUntil(scene.clock, Promise.all(NUMBERS.map(talk)), 50);

      const foreign = scene.requests.filter((request) => {
        const numbers = textsOf(request).flatMap((text) => [...text.matchAll(/[qa](\d+)-\d/g)].map(([, n]) => n));
        return new Set(numbers).size !== 1;
      });
      expect({ requests: scene.requests.length, foreign }).toEqual({ requests: 60, foreign: [] });
      const stored = await Promise.all(NUMBERS.map((number) => conversationOf(scene.history, `c${number}`)));
      expect(stored).toEqual(
        NUMBERS.map((number) =>
          TURNS.flatMap((turn) => [`Ann: q${number}-${turn}`, `-> answer a${number}-${turn} (stop)`]),
        ),
      );
    }),
    { numRuns: 10 },
  );
}, 60_000);
