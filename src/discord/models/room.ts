export { allowAll, allowPanel, pickAllowed } from './allow.ts';
export { announce } from './announce.ts';
export { type ChangeView, removeOwnModel, setServerDefault, useModel } from './choose.ts';
export { contextLengthModal, setContextLength } from './context-length.ts';
export { pressedModelId, showModel, showModels } from './show.ts';
export { suggestModels, suggestModelsOrDefault } from './suggest.ts';
export { undoChange } from './undo.ts';
