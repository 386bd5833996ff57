import type { Program } from '../program';
import { removeAliases } from './aliases';
import { shareCommonSubexpressions } from './common-subexpressions';
import { removeDeadCode } from './dead-code';
import { foldConstants } from './fold-constants';

/** The same program with less in it; each pass is exact, a folded constant rounded as an engine would round it. */
export function optimise(program: Program): Program {
  const passes = [removeDeadCode, foldConstants, removeAliases, shareCommonSubexpressions, removeDeadCode];
  return passes.reduce((current, pass) => pass(current), program);
}
