import { createApp } from '../src/app.ts';
import { parseConfig } from '../src/config.ts';
import { reportReady } from './support/child-side.ts';

// What `npm start` does, ended by the parent instead of a signal.
const app = createApp(parseConfig(process.env));
await app.start();
reportReady({ stop: app.stop });
