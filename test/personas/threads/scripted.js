import { parentPort, threadId } from 'node:worker_threads';

/** Does what the name of the file says, and otherwise answers with the thread's number. */
parentPort?.on('message', ({ fileName }) => {
  if (fileName === 'hang') for (;;);
  if (fileName === 'throw') throw new Error('broken');
  if (fileName === 'exit') process.exit(3);
  // Running out of memory in earnest may end the tests as well.
  if (fileName === 'eat') throw Object.assign(new Error('full'), { code: 'ERR_WORKER_OUT_OF_MEMORY' });
  if (fileName === 'fault') return parentPort?.postMessage({ fault: new TypeError('a bug') }, []);
  parentPort?.postMessage({ value: JSON.stringify(threadId) }, []);
});
