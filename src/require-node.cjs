// Loaded before everything else (`node -r`), in a form that every Node can read: an older one would only say that it
// does not know the file extension ".ts".
'use strict';

const { engines } = require('../package.json');

const wanted = engines.node.replace('>=', '');
const [major, minor] = process.versions.node.split('.').map(Number);
const [wantedMajor, wantedMinor] = wanted.split('.').map(Number);

if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
  process.stderr.write(
    `Dramatis needs Node ${wanted} or newer, and this is Node ${process.versions.node}: install a newer one from https://nodejs.org.\n`,
  );
  process.exit(1);
}
