export { loadAnyPredictor, loadPredictor, type PredictorOptions } from './predictor';
export type {
  AnyPredictor,
  MultiLabelPrediction,
  Prediction,
  PredictionOf,
  Predictor,
  ValuePrediction,
} from './predictor-of';
