// Loaded before everything else (`node -r`): keeps compiled code on the disk, with the types stripped already. Without it
// each start strips every file again, and what does that, 25 MiB of WebAssembly, stays in memory.
'use strict';

const { enableCompileCache } = require('node:module');
const { join } = require('node:path');

// Beside the code, and not in the system's folder for temporary files: whoever may write here could change the code too.
// Where nobody may, as in a read-only image, there is no cache and no error.
enableCompileCache(join(__dirname, '../node_modules/.cache/compiled'));
