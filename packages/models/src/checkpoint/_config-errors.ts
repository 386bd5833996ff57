import { AttuneError } from '@attune/engine';

/** For a value that cannot be. */
export function invalid(where: string, what: string): AttuneError {
  return new AttuneError('CHECKPOINT_CONFIG', `${where}: ${what}; correct it, or download the file again`);
}

/** For a model that is valid, and not computed here. */
export function unsupported(where: string, what: string): AttuneError {
  return new AttuneError('CHECKPOINT_UNSUPPORTED', `${where}: ${what}; choose another checkpoint`);
}
