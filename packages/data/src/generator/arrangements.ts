import type { Random } from '../random';
import type { Facts } from './facts';
import { exact, fill, type Piece } from './fill';
import { type Arrangement, arrangements } from './posting';
import { chance, pick } from './streams';

const names: Readonly<Record<Arrangement, readonly string[]>> = {
  remote: ['remote', 'fully remote', 'home-based', 'done from home'],
  hybrid: ['hybrid', 'partly remote', 'split between home and office', 'hybrid'],
  'on-site': ['on-site', 'on site', 'in person', 'done at the office'],
};

/** Sentences that name only the arrangement of this role. */
const plain: readonly string[] = [
  'This role is {own}.',
  'The work is {own}.',
  'All work in this team is {own}.',
  'In short, the work is {own}.',
];

/**
 * Sentences that also name another arrangement, before or after the role's own: only the relation tells which is the role's.
 */
const contrasting: readonly string[] = [
  'Unlike our roles that are {other}, this one is {own}.',
  'This one is {own}, unlike our roles that are {other}.',
  'The team you support is {other}, but this role is {own}.',
  'This role is {own}, but the team you support is {other}.',
  'The work is not {other}: it is {own}.',
  'The work is {own}; it is not {other}.',
  'What used to be {other} has been {own} since last year.',
  'The work is {own} now; until last year it was {other}.',
  'Our colleagues in {town} are {other}, and you are {own}.',
  'You are {own}, and our colleagues in {town} are {other}.',
  'Please apply only if {own} suits you, as {other} is not an option.',
  'As {other} is not an option, please apply only if {own} suits you.',
  'Interviews are {other}; the job itself is {own}.',
  'The job itself is {own}; interviews are {other}.',
];

/** One sentence that states the place of work; `difficulty` is the probability that it names two arrangements. */
export function arrangementSentence({ arrangement, town }: Facts, difficulty: number, random: Random): Piece[] {
  const others = arrangements.filter((name) => name !== arrangement);
  const template = pick(chance(difficulty, random) ? contrasting : plain, random);
  const values = { own: pick(names[arrangement], random), other: pick(names[pick(others, random)], random), town };
  return exact(fill(template, values));
}
