export {
  answerQuestion,
  attach,
  attachPressed,
  detach,
  dropQuestion,
  importFile,
  list,
  listPage,
  openTestForm,
  remove,
  restore,
  test,
  testForm,
  testPage,
  undo,
  undoReplaced,
} from './actions.ts';
export { suggestAttached } from './attach.ts';
export { suggestLorebooks } from './labels.ts';
