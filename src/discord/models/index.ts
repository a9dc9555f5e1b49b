export type { ChangeView } from './choose.ts';

type Room = typeof import('./room.ts');

/** Loaded when somebody asks about models. */
const load = (): Promise<Room> => import('./room.ts');

export const allowAll: Room['allowAll'] = async (...args) => (await load()).allowAll(...args);
export const allowPanel: Room['allowPanel'] = async (...args) => (await load()).allowPanel(...args);
export const announce: Room['announce'] = async (...args) => (await load()).announce(...args);
export const contextLengthModal: Room['contextLengthModal'] = async (...args) =>
  (await load()).contextLengthModal(...args);
export const pickAllowed: Room['pickAllowed'] = async (...args) => (await load()).pickAllowed(...args);
export const pressedModelId: Room['pressedModelId'] = async (...args) => (await load()).pressedModelId(...args);
export const removeOwnModel: Room['removeOwnModel'] = async (...args) => (await load()).removeOwnModel(...args);
export const setContextLength: Room['setContextLength'] = async (...args) => (await load()).setContextLength(...args);
export const setServerDefault: Room['setServerDefault'] = async (...args) => (await load()).setServerDefault(...args);
export const showModel: Room['showModel'] = async (...args) => (await load()).showModel(...args);
export const showModels: Room['showModels'] = async (...args) => (await load()).showModels(...args);
export const suggestModels: Room['suggestModels'] = async (...args) => (await load()).suggestModels(...args);
export const suggestModelsOrDefault: Room['suggestModelsOrDefault'] =
  (scope) =>
  async (...args) =>
    (await load()).suggestModelsOrDefault(scope)(...args);
export const undoChange: Room['undoChange'] = async (...args) => (await load()).undoChange(...args);
export const useModel: Room['useModel'] = async (...args) => (await load()).useModel(...args);
