export { type CrossValidateOptions, type CrossValidation, crossValidate, type FoldEvent } from './cross-validate';
export { goOnOrBegin, type StartOptions } from './go-on-or-begin';
