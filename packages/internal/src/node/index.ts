export {
  besides,
  type FileWriter,
  isMissing,
  sync,
  writeDirectoryAtomically,
  writeFileAtomically,
} from './atomic-files';
export { readJsonObject, writeJson } from './json-files';
