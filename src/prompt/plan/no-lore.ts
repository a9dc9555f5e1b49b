import type { ActiveLore } from '../lorebook.ts';

/** Of a prompt without lorebooks. */
export const NO_LORE: ActiveLore = {
  before: '',
  after: '',
  noteTop: '',
  noteBottom: '',
  atDepth: [],
  examplesTop: [],
  examplesBottom: [],
  outlets: {},
  elsewhere: [],
  disabledPrompts: [],
  timed: { sticky: {}, cooldown: {}, matched: [] },
  report: [],
};
