import { stripTypeScriptTypes } from 'node:module';

// Node itself runs the project by stripping types; the tests do the same. Positions are kept, so no source maps are needed.
export default {
  process: (source) => ({ code: stripTypeScriptTypes(source) }),
};
