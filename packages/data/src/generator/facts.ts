import type { Random } from '../random';
import { type Arrangement, unclassified } from './posting';
import { commonTitles, plural, type SectorWords, sectorWords } from './sectors';
import { chance, pick } from './streams';

/** The facts of a posting, before its text. */
export interface Facts {
  readonly sector: string;
  /** Words of the sector; undefined for an employer that does not name its trade. */
  readonly own: SectorWords | undefined;
  /** Two other sectors that are mentioned. */
  readonly other: SectorWords;
  readonly third: SectorWords;
  /** Whether every company sentence also names another sector. */
  readonly roundabout: boolean;
  readonly arrangement: Arrangement;
  readonly title: string;
  readonly company: string;
  readonly town: string;
  /** Two letters, and in full. */
  readonly state: string;
  readonly stateName: string;
  readonly year: number;
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

/** Values for a template: `nameKind`, `nameKinds` and `nameOffer` of a sector, drawn anew each time. */
export function sectorForms(name: string, { kinds, offers }: SectorWords, random: Random): Record<string, string> {
  const kind = pick(kinds, random);
  return { [`${name}Kind`]: kind, [`${name}Kinds`]: plural(kind), [`${name}Offer`]: pick(offers, random) };
}

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

/** The 50 states of the US, by their two letters. */
const states: ReadonlyMap<string, string> = new Map(
  (
    'AL Alabama,AK Alaska,AZ Arizona,AR Arkansas,CA California,CO Colorado,CT Connecticut,DE Delaware,FL Florida,GA Georgia,' +
    'HI Hawaii,ID Idaho,IL Illinois,IN Indiana,IA Iowa,KS Kansas,KY Kentucky,LA Louisiana,ME Maine,MD Maryland,' +
    'MA Massachusetts,MI Michigan,MN Minnesota,MS Mississippi,MO Missouri,MT Montana,NE Nebraska,NV Nevada,' +
    'NH New Hampshire,NJ New Jersey,NM New Mexico,NY New York,NC North Carolina,ND North Dakota,OH Ohio,OK Oklahoma,' +
    'OR Oregon,PA Pennsylvania,RI Rhode Island,SC South Carolina,SD South Dakota,TN Tennessee,TX Texas,UT Utah,' +
    'VT Vermont,VA Virginia,WA Washington,WV West Virginia,WI Wisconsin,WY Wyoming'
  )
    .split(',')
    .map((line) => [line.slice(0, 2), line.slice(3)]),
);

/** Town names made of two parts, found in no atlas on purpose. */
const townStarts: readonly string[] = ['Ash', 'Birch', 'Clear', 'Elm', 'Fair', 'Green', 'Hart', 'Mill', 'Oak', 'River'];
const townEnds: readonly string[] = ['bridge', 'dale', 'field', 'ford', 'haven', 'mont', 'port', 'ton', 'view', 'wood'];

/** Company names, likewise, that tell no sector. */
const companyStarts: readonly string[] = [
  'Alder',
  'Beacon',
  'Cardinal',
  'Dunmore',
  'Élan',
  'Fenwick',
  'Garnet',
  'Holloway',
  'Ibis',
  'Juniper',
  'Kestrel',
  'Lindqvist',
  'Marlowe',
  'Noriega',
  'Orrin',
  'Pembroke',
  'Quill',
  'Rowan',
  'Sable',
  'Tamarack',
];
const companyEnds: readonly string[] = [
  '& Sons',
  'Group',
  'Inc.',
  'Partners',
  'LLC',
  '& Pike',
  'Associates',
  'Co.',
  'Brothers',
  'United',
];

const statePairs = [...states];
