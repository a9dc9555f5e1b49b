/** The room behind `/roleplay`, loaded when somebody enters it. */
export const roleplayRoom = () => import('./room.ts');
