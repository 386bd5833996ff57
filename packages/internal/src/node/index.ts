export {
  besides,
  type FileWriter,
  isMissing,
  sync,
  unwritable,
  writeDirectoryAtomically,
  writeFileAtomically,
} from './atomic-files';
export { readJsonObject, writeJson } from './json-files';
