import type { Random } from '../random';
import { companyEnds, companyStarts, states, townEnds, townStarts } from './places';
import { type Arrangement, unclassified } from './posting';
import { commonTitles, plural, type SectorWords, sectorWords } from './sectors';
import { chance, pick } from './streams';

/** What a posting is about, before a word of it is written. */
export interface Facts {
  sector: string;
  /** How one speaks of the sector; undefined where the employer does not say what it does. */
  own: SectorWords | undefined;
  /** Two sectors that are mentioned and not meant. */
  other: SectorWords;
  third: SectorWords;
  /** Company sentences name another sector beside the employer's, every one of them. */
  roundabout: boolean;
  arrangement: Arrangement;
  title: string;
  company: string;
  town: string;
  /** Two letters, and in full. */
  state: string;
  stateName: string;
  year: number;
}

/** Draws the facts of a posting of a sector; `difficulty` is the probability of `roundabout`. */
export function drawFacts(sector: string, difficulty: number, random: Random): Facts {
  const own = sector === unclassified ? undefined : sectorWords[sector];
  const [other, third] = twoOthers(sector, random);
  const roundabout = chance(difficulty, random);
  const [state, stateName] = pick(statePairs, random);
  return {
    sector,
    own,
    other,
    third,
    roundabout,
    arrangement: drawArrangement(random),
    title: drawTitle(roundabout ? [own, other, third] : [own, own, other], random),
    company: `${pick(companyStarts, random)} ${pick(companyEnds, random)}`,
    town: pick(townStarts, random) + pick(townEnds, random),
    state,
    stateName,
    year: 2015 + random.below(11),
  };
}

/** Words for a template: `nameKind`, `nameKinds` and `nameOffer` name a sector, differently each time. */
export function sectorForms(name: string, { kinds, offers }: SectorWords, random: Random): Record<string, string> {
  const kind = pick(kinds, random);
  return { [`${name}Kind`]: kind, [`${name}Kinds`]: plural(kind), [`${name}Offer`]: pick(offers, random) };
}

const statePairs = [...states];

/** On site 9 in 20, remote 6, hybrid 5. */
function drawArrangement(random: Random): Arrangement {
  const drawn = random.below(20);
  if (drawn < 9) return 'on-site';
  return drawn < 15 ? 'remote' : 'hybrid';
}

function twoOthers(sector: string, random: Random): [SectorWords, SectorWords] {
  const others = Object.keys(sectorWords).filter((code) => code !== sector);
  const first = pick(others, random);
  const second = pick(
    others.filter((code) => code !== first),
    random,
  );
  return [sectorWords[first], sectorWords[second]];
}

/** Half the titles are such as every sector has; the others are of one of the sectors given. */
function drawTitle(sectors: readonly (SectorWords | undefined)[], random: Random): string {
  return pick((chance(0.5, random) && pick(sectors, random)?.titles) || commonTitles, random);
}
