export {
  besides,
  type FileWriter,
  sync,
  unwritable,
  writeDirectoryAtomically,
  writeFileAtomically,
} from './atomic-files';
export { innerLock, withDirectoryLock } from './directory-lock';
export { readJsonObject, writeJson } from './json-files';
export { pointerBytes, refusePointer } from './lfs-pointer';
export { makeDirectory, makeDirectorySync, obstacleTo } from './make-directory';
export { mergeDirectory } from './merge-directory';
export { ancestorsOf, isMissing, isSamePlace, isWithin, placeOf } from './places';
export { reasonUnwritten } from './reason-unwritten';
export { slowPattern } from './slow-pattern';
export { whole } from './whole';
