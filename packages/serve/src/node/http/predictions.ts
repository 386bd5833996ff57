import { z } from 'zod';

// The prediction for one text, by the kind of model: types for callers, and the schema of responses in openapi.json.

/** A label and its probability. */
export interface ScoredLabel {
  /** One of the labels of the model. */
  label: string;
  /** Probability of `label`. */
  score: number;
}

/** Prediction of a classifier with one label per text. */
export interface LabelPrediction extends ScoredLabel {
  /** Probability of every label. */
  scores: Record<string, number>;
}

/** Prediction of a classifier with one label per text, for a request with `topK`. */
export interface TopLabelPrediction extends ScoredLabel {
  /** The most likely labels, in descending order of probability. */
  top: ScoredLabel[];
}

/** Prediction of a classifier with several labels per text. */
export interface LabelsPrediction {
  /** The labels of the text. */
  labels: string[];
  /** Probability of every label. */
  scores: Record<string, number>;
}

/** Prediction of a classifier with several labels per text, for a request with `topK`. */
export interface TopLabelsPrediction {
  /** The labels of the text. */
  labels: string[];
  /** The most likely labels, in descending order of probability. */
  top: ScoredLabel[];
}

/** Prediction of a regression. */
export interface ValuePrediction {
  /** The predicted number. */
  value: number;
}

/** An entity that a tagger found. */
export interface ServedEntity extends ScoredLabel {
  /** Start in the text, in UTF-16 units. */
  start: number;
  /** End in the text, exclusive. */
  end: number;
  /** The text between them. */
  text: string;
}

/** Prediction of a tagger. */
export interface EntitiesPrediction {
  /** The entities, in the order of the text. */
  entities: ServedEntity[];
}

type EachPrediction =
  | LabelPrediction
  | TopLabelPrediction
  | LabelsPrediction
  | TopLabelsPrediction
  | ValuePrediction
  | EntitiesPrediction;

type KeyOfAny<Union> = Union extends unknown ? keyof Union : never;

/** Each type of a union, with the properties of the other types as absent ones, so that any of them can be read. */
type Readable<Union, Key extends PropertyKey = KeyOfAny<Union>> = Union extends unknown
  ? Union & { [Absent in Exclude<Key, keyof Union>]?: undefined }
  : never;

/**
 * Prediction for one text, by the kind of model. Properties of the other kinds can be read and are `undefined`, so a test of one, such as
 * `prediction.label !== undefined`, tells TypeScript the kind.
 */
export type ServedPrediction = Readable<EachPrediction>;

const label = z.object({ label: z.string(), score: z.number() }) satisfies z.ZodType<ScoredLabel>;

/** Schema of an entity of a tagger. */
export const entitySchema = z.object({
  label: z.string(),
  start: z.int().describe('In UTF-16 units'),
  end: z.int(),
  text: z.string(),
  score: z.number(),
}) satisfies z.ZodType<ServedEntity>;

/** Schema of a prediction for one text, by task. */
export const predictionSchema = z.union([
  z.object({ label: z.string(), score: z.number(), scores: z.record(z.string(), z.number()) }),
  z.object({ label: z.string(), score: z.number(), top: z.array(label) }),
  z.object({ labels: z.array(z.string()), scores: z.record(z.string(), z.number()) }),
  z.object({ labels: z.array(z.string()), top: z.array(label) }),
  z.object({ value: z.number() }),
  z.object({ entities: z.array(entitySchema) }),
]) satisfies z.ZodType<EachPrediction>;
