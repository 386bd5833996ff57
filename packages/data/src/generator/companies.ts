import type { Random } from '../random';
import { type Facts, sectorForms } from './facts';
import { exact, fill, type Piece } from './fill';
import { chance, pick } from './streams';

/** Probability that a sentence mentions another sector if not all of them do. */
const mentionsElsewhere = 0.15;

/** Sentences about the employer's sector only. */
const plain: readonly string[] = [
  '{company} is a {ownKind} in {town}.',
  'We are one of the {ownKinds} of {state}.',
  '{ownOffer} is what we do, and we do it well.',
  'Our {ownOffer} has had a good name in {state} since {since}.',
  'As a {ownKind} we have grown every year.',
  '{company} stands for {ownOffer}.',
  'Run by the same family since {since}, our {ownKind} now has a second site.',
  'People in {town} know us for {ownOffer}.',
];

/**
 * Sentences about two sectors, in similar words and in either order: only their relation (who provides and who is served, what is
 * bought and what is sold, what is and what no longer is) tells which one is the employer's.
 */
const relations: readonly string[] = [
  '{company} provides {ownOffer} to {otherKinds}.',
  '{otherKinds} rely on {company} for {ownOffer}.',
  '{company} is a {ownKind} that uses {otherOffer} every day.',
  'We use {otherOffer} every day, as any {ownKind} does.',
  'Every {otherKind} in {town} knows our {ownOffer}.',
  'No {otherKind} ourselves, we know our {ownOffer} inside out.',
  '{company} is not a {otherKind}: it is a {ownKind}.',
  '{company} is a {ownKind}, not a {otherKind}.',
  'Like most {ownKinds}, we buy {otherOffer} from others.',
  'Others sell us {otherOffer}, as they do to most {ownKinds}.',
  'Our customers are {otherKinds}, and {ownOffer} is what we sell them.',
  'What we buy is {otherOffer}; what we sell is {ownOffer}.',
  'What we sell is {ownOffer}; what we buy is {otherOffer}.',
  'What began as a {otherKind} has been a {ownKind} since {since}.',
  '{company}, today a {ownKind}, grew out of a {otherKind}.',
  'We are a {ownKind} whose best customer is a {otherKind}.',
  'A {otherKind} is the best customer our {ownKind} has.',
  'We sold the {otherKind} in {since} and kept the {ownKind}.',
  'We kept the {ownKind} in {since} and sold the {otherKind}.',
  'The {otherKind} next door supplies us; we run the {ownKind}.',
  'We run the {ownKind}; the {otherKind} next door supplies us.',
  'Where {otherKinds} need {ownOffer}, they call us.',
  'When we need {otherOffer}, we call one of the {otherKinds} of {town}; we run a {ownKind}.',
  'One of several {ownKinds} in {town}, we are a customer for {otherOffer}.',
];

/** The same for an employer that does not name its trade. */
const undisclosed: readonly string[] = [
  'Our client, whose trade we may not name, buys {otherOffer} and sells to {thirdKinds}.',
  'The employer is neither a {otherKind} nor a {thirdKind}; what it does is told at the interview.',
  '{company} supplies {otherKinds} and is supplied by a {thirdKind}; with what, you will hear from us.',
  'Whether you come from a {otherKind} or a {thirdKind}, our client will surprise you.',
  'The employer uses {otherOffer}, and {thirdKinds} are among its customers.',
  'What {company} sells is a secret for now; what it buys is {otherOffer} and {thirdOffer}.',
];

/** The same without another sector. */
const silent: readonly string[] = [
  'We recruit for a client in {town} who wishes to remain unnamed.',
  '{company} will tell you at the interview what it does.',
  'The employer is well known in {state}; its name follows later.',
  'Our client has been in {town} since {since}.',
  'What our client does is not for this page.',
  'The name and the trade of the employer are confidential.',
];

/** A sentence about the employer; if the facts are roundabout, always with another sector. */
export function companySentence(facts: Facts, random: Random): Piece[] {
  const { own, other, third, company, town, stateName: state } = facts;
  const templates = own ? { alone: plain, beside: relations } : { alone: silent, beside: undisclosed };
  const mention = facts.roundabout || chance(mentionsElsewhere, random) ? 'beside' : 'alone';
  const values = {
    company,
    town,
    state,
    since: String(1920 + random.below(95)),
    ...(own && sectorForms('own', own, random)),
    ...sectorForms('other', other, random),
    ...sectorForms('third', third, random),
  };
  return exact(fill(pick(templates[mention], random), values));
}
