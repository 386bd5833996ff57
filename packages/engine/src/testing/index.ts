export { replayFloat64 } from '../engines/replay/float64';
export { centralDifferences } from './central-differences';
