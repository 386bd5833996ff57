import type { Random } from '../random';
import { fill, type Piece } from './fill';
import { pick } from './streams';

const dutyVerbs: readonly string[] = [
  'Look after',
  'Update',
  'File',
  'Sort',
  'Follow up on',
  'Report on',
  'Take care of',
  'Hand over',
  'Go through',
];
const dutyObjects: readonly string[] = [
  'the daily log',
  'open tickets',
  'incoming mail',
  'the tool room',
  'visitor lists',
  'stock cards',
  'spare parts',
  'the shared calendar',
  'delivery notes',
  'time sheets',
  'complaints',
  'the notice board',
  'sample records',
  'supplier files',
];
const dutyTails: readonly string[] = [
  '',
  '',
  ' every morning',
  ' with the team lead',
  ' before each shift',
  ' as the season demands',
  ' with two colleagues',
  ' on short notice',
  ' at the end of the week',
  ' in a system of our own',
  ' for all sites',
];

const benefits: readonly string[] = [
  'Paid holidays from the first day',
  'A health plan that covers the family',
  'A pension plan with matching payments',
  'A yearly bonus',
  'Free parking',
  'A quiet office kitchen with fresh fruit',
  'Overtime paid or taken as time off',
  'A laptop and a phone',
  'A gym membership',
  'Regular team events',
  'A mentor in the first months',
  'Tuition support',
  'Four weeks of vacation',
  'Travel paid for by us',
  'Staff discount at a {otherKind}',
  'A share of the profit',
  'Paid parental leave',
  'Subsidised tickets to {thirdKinds} in {town}',
  'Free {otherOffer} for staff',
];

const openings: readonly string[] = [
  '{company} in {town}, {stateName}, is looking for a {title}.',
  '{title} wanted in {town}, {stateName}.',
  'Join {company} as a {title} ({town}, {stateName}).',
  '{company} is hiring: {title}, {town}, {stateName}.',
];

const closings: readonly string[] = [
  'We welcome applicants of every background.',
  'Send your papers to {company}, {town}.',
  'Pay starts at {pay} dollars an hour.',
  'The position is open from {month} {year}.',
  'We read every application and answer within two weeks.',
  'References are asked for at the end of the process.',
  'The contract has no end date.',
  'A background check is part of the process.',
];

const months: readonly string[] = ['January', 'March', 'April', 'June', 'September', 'October'];

/** Who looks for whom, and where. */
export function opening(values: Readonly<Record<string, string>>, random: Random): Piece[] {
  return fill(pick(openings, random), values);
}

/** A task that any employer might have. */
export function commonDuty(random: Random): Piece[] {
  return [{ text: `${pick(dutyVerbs, random)} ${pick(dutyObjects, random)}${pick(dutyTails, random)}` }];
}

/** What is offered; some benefits name a trade that is not the employer's (`otherKind`, `otherOffer`, `thirdKinds`). */
export function benefit(values: Readonly<Record<string, string>>, random: Random): Piece[] {
  return fill(pick(benefits, random), values);
}

export function closing(values: Readonly<Record<string, string>>, random: Random): Piece[] {
  const month = pick(months, random);
  return fill(pick(closings, random), { ...values, month, pay: String(14 + random.below(50)) });
}
