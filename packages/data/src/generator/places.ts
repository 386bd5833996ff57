/** The 50 states of the US, by their two letters. */
export const states: ReadonlyMap<string, string> = new Map(
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
export const townStarts: readonly string[] = [
  'Ash',
  'Birch',
  'Clear',
  'Elm',
  'Fair',
  'Green',
  'Hart',
  'Mill',
  'Oak',
  'River',
];
export const townEnds: readonly string[] = [
  'bridge',
  'dale',
  'field',
  'ford',
  'haven',
  'mont',
  'port',
  'ton',
  'view',
  'wood',
];

/** Company names, likewise, that tell no sector. */
export const companyStarts: readonly string[] = [
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
export const companyEnds: readonly string[] = [
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
