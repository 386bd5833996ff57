export {
  besides,
  type FileWriter,
  isMissing,
  sync,
  unwritable,
  writeDirectoryAtomically,
  writeFileAtomically,
} from './atomic-files';
export { innerLock, withDirectoryLock } from './directory-lock';
export { readJsonObject, writeJson } from './json-files';
export { mergeDirectory } from './merge-directory';
export { ancestorsOf, isSamePlace, isWithin, placeOf } from './places';
export { slowPattern } from './slow-pattern';
export { whole } from './whole';
