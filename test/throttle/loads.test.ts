import { describe, expect, test } from '@jest/globals';
import { createLoads, HORIZON_MS } from '../../src/throttle/loads.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { ANNA } from './scene.ts';

describe('what is kept of a person', () => {
  const setup = () => {
    const clock = new FakeClock();
    const loads = createLoads({ clock });
    const request = loads.enter(ANNA);
    /** Whether a further request meets the same record. */
    const isKnown = () => {
      const probe = loads.enter(ANNA);
      loads.leave(probe);
      return probe.person === request.person && probe.channel === request.channel;
    };
    return { clock, loads, request, isKnown };
  };

  test('is nothing once their last request has left the line', () => {
    const { loads, request, isKnown } = setup();
    expect(isKnown()).toBe(true);
    loads.leave(request);
    expect(isKnown()).toBe(false);
  });

  test.each([
    ['within the horizon', 1_000],
    ['after it', HORIZON_MS + 1_000],
  ])('is nothing once a request that ended %s has ended and is out of it', async (_name, ranMs) => {
    const { clock, loads, request, isKnown } = setup();
    loads.start(request);
    await clock.advance(ranMs);
    loads.refresh();
    const whileRunning = [isKnown(), request.person.load];
    loads.end(request);
    await clock.advance(HORIZON_MS);
    loads.refresh();
    expect([whileRunning, isKnown(), request.person.load]).toEqual([[true, 1], false, 0]);
  });
});
