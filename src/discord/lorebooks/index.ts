export { createTestLimit } from './test-limit.ts';

/** The room behind `/lorebook`, loaded when somebody enters it. */
export const lorebookRoom = () => import('./room.ts');
