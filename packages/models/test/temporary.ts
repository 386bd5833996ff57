export { temporaryDirectory } from '../../internal/test/temporary';
