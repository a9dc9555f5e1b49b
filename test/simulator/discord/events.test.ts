import { expect, test } from '@jest/globals';
import { createEventHub, type SimulatorEvent } from '../../../src/simulator/discord/events.ts';

const typing: SimulatorEvent = { type: 'typing', at: 1, channelId: '2', userId: '3', untilAt: 4 };

test('a listener that throws stops neither the other listeners nor whoever emits', () => {
  const reported: unknown[] = [];
  const heard: SimulatorEvent[] = [];
  const hub = createEventHub((error) => reported.push(error));
  const broken = new Error('the listener is broken');
  hub.on(() => {
    throw broken;
  });
  hub.on((event) => heard.push(event));
  hub.emit(() => typing);
  expect({ heard, reported }).toEqual({ heard: [typing], reported: [broken] });
});

test('nothing is built when nobody listens any more', () => {
  const hub = createEventHub();
  const stopListening = hub.on(() => undefined);
  stopListening();
  expect(() =>
    hub.emit(() => {
      throw new Error('built');
    }),
  ).not.toThrow();
});
