export { suggestFormats } from './formats.ts';
export { suggestPersonas } from './labels.ts';
export { createPersonaRoom } from './room.ts';
