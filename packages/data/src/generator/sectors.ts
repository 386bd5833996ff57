/** How one speaks of the businesses of a sector. */
export interface SectorWords {
  /** What a business of the sector is called, in the singular; its last word takes the plural. */
  readonly kinds: readonly string[];
  /** What it offers: nouns that take a singular verb. */
  readonly offers: readonly string[];
  /** Titles found there more than elsewhere. */
  readonly titles: readonly string[];
}

/**
 * The words of the 20 NAICS sectors. Their parts overlap on purpose (_hospital software_ is information, _hospital linen_ a
 * laundry's, _farm machinery_ manufacturing): a single word says little about the sector.
 */
export const sectorWords: Readonly<Record<string, SectorWords>> = {
  '11': {
    kinds: ['dairy farm', 'fruit orchard', 'timber company', 'fishery', 'vegetable grower'],
    offers: ['fresh milk', 'organic wheat', 'raw timber', 'wild salmon', 'farm produce', 'seed corn'],
    titles: ['Farm Hand', 'Harvest Supervisor', 'Herd Manager'],
  },
  '21': {
    kinds: ['gold mine', 'gravel quarry', 'oil producer', 'drilling company', 'coal mine'],
    offers: [
      'crude oil',
      'crushed stone',
      'copper ore',
      'contract drilling',
      'natural gas from our own wells',
      'road salt',
    ],
    titles: ['Drill Operator', 'Mine Surveyor', 'Blasting Technician'],
  },
  '22': {
    kinds: ['power company', 'water utility', 'gas utility', 'electric cooperative', 'sewage plant'],
    offers: [
      'electric power',
      'drinking water',
      'district heating',
      'wind power',
      'gas distribution',
      'sewage treatment',
    ],
    titles: ['Line Worker', 'Meter Technician', 'Plant Operator'],
  },
  '23': {
    kinds: ['construction company', 'roofing contractor', 'plumbing contractor', 'home builder', 'road builder'],
    offers: [
      'road construction',
      'roof repair',
      'home building',
      'electrical installation',
      'bridge work',
      'office fit-out',
    ],
    titles: ['Site Foreman', 'Carpenter', 'Roofer'],
  },
  '31-33': {
    kinds: ['machine factory', 'paper mill', 'furniture maker', 'food processor', 'steel plant'],
    offers: [
      'farm machinery',
      'packaged food',
      'office furniture',
      'hospital equipment',
      'sheet steel',
      'school furniture',
    ],
    titles: ['Machinist', 'Assembly Technician', 'Production Planner'],
  },
  '42': {
    kinds: ['food wholesaler', 'parts distributor', 'grain merchant', 'equipment wholesaler', 'import house'],
    offers: [
      'bulk produce',
      'wholesale machinery',
      'wholesale paper',
      'imported furniture by the pallet',
      'bulk chemicals',
      'wholesale books',
    ],
    titles: ['Wholesale Buyer', 'Trade Counter Clerk', 'Territory Representative'],
  },
  '44-45': {
    kinds: ['grocery store', 'furniture store', 'bookshop', 'car dealer', 'pharmacy'],
    offers: [
      'retail furniture',
      'everyday groceries',
      'used cars',
      'garden supplies',
      'fashion over the counter',
      'home electronics',
    ],
    titles: ['Store Associate', 'Cashier', 'Shop Manager'],
  },
  '48-49': {
    kinds: ['trucking company', 'bus operator', 'warehouse operator', 'airline', 'parcel carrier'],
    offers: ['grain haulage', 'school bus service', 'cold storage', 'air freight', 'parcel delivery', 'oil transport'],
    titles: ['Delivery Driver', 'Dispatcher', 'Forklift Operator'],
  },
  '51': {
    kinds: ['software company', 'newspaper', 'telephone company', 'film studio', 'data host'],
    offers: ['hospital software', 'school software', 'farm data', 'online news', 'internet access', 'payroll software'],
    titles: ['Backend Developer', 'News Editor', 'Network Engineer'],
  },
  '52': {
    kinds: ['savings bank', 'insurance company', 'credit union', 'pension fund', 'mortgage lender'],
    offers: [
      'crop insurance',
      'home loans',
      'hospital insurance',
      'equipment credit',
      'asset management',
      'car insurance',
    ],
    titles: ['Loan Officer', 'Claims Adjuster', 'Underwriter'],
  },
  '53': {
    kinds: ['property manager', 'real estate broker', 'car rental company', 'equipment rental company', 'landlord'],
    offers: [
      'office space for rent',
      'equipment rental',
      'car rental',
      'farm leasing',
      'home brokerage',
      'warehouse leasing',
    ],
    titles: ['Leasing Agent', 'Property Assistant', 'Rental Clerk'],
  },
  '54': {
    kinds: ['law firm', 'engineering office', 'accounting firm', 'design studio', 'testing laboratory'],
    offers: ['legal advice', 'bridge design', 'tax advice', 'soil testing', 'software consulting', 'market research'],
    titles: ['Paralegal', 'Design Engineer', 'Tax Associate'],
  },
  '55': {
    kinds: ['holding company', 'head office', 'bank holding', 'corporate parent', 'group headquarters'],
    offers: [
      'group oversight',
      'control of subsidiaries',
      'head-office planning',
      'ownership of banks',
      'group treasury',
      'stewardship of subsidiaries',
    ],
    titles: ['Group Controller', 'Strategy Associate', 'Subsidiary Liaison'],
  },
  '56': {
    kinds: ['staffing agency', 'cleaning company', 'waste hauler', 'security company', 'travel agency'],
    offers: [
      'office cleaning',
      'waste collection',
      'temporary staff',
      'building security',
      'hospital cleaning',
      'call center service',
    ],
    titles: ['Cleaner', 'Security Guard', 'Recruiter'],
  },
  '61': {
    kinds: ['school', 'college', 'language school', 'driving school', 'training center'],
    offers: [
      'adult education',
      'nurse training',
      'language teaching',
      'flight training',
      'music lessons',
      'management training',
    ],
    titles: ['Teacher', 'Teaching Assistant', 'Registrar'],
  },
  '62': {
    kinds: ['hospital', 'dental clinic', 'nursing home', 'child care center', 'medical practice'],
    offers: [
      'patient care',
      'dental treatment',
      'child care',
      'home nursing',
      'family counselling',
      'emergency medicine',
    ],
    titles: ['Nurse', 'Care Assistant', 'Medical Receptionist'],
  },
  '71': {
    kinds: ['theater', 'museum', 'fitness center', 'amusement park', 'golf club'],
    offers: [
      'live music',
      'museum entertainment',
      'fitness classes',
      'stage drama',
      'guided climbing',
      'sports events',
    ],
    titles: ['Stage Technician', 'Fitness Trainer', 'Museum Guide'],
  },
  '72': {
    kinds: ['hotel', 'restaurant', 'coffee bar', 'catering company', 'campground'],
    offers: [
      'hotel lodging',
      'school catering',
      'restaurant dining',
      'airline catering',
      'fresh coffee by the cup',
      'banquet service',
    ],
    titles: ['Line Cook', 'Server', 'Front Desk Clerk'],
  },
  '81': {
    kinds: ['repair shop', 'hair salon', 'laundry', 'trade union', 'pet groomer'],
    offers: [
      'car repair',
      'farm machinery repair',
      'hospital linen service',
      'hair styling',
      'pet grooming',
      'appliance repair',
    ],
    titles: ['Auto Mechanic', 'Hair Stylist', 'Laundry Attendant'],
  },
  '92': {
    kinds: ['city government', 'state agency', 'county court', 'police department', 'fire department'],
    offers: [
      'public safety',
      'school inspection',
      'water regulation',
      'land registration',
      'bank supervision',
      'court administration',
    ],
    titles: ['Permit Clerk', 'Police Officer', 'Policy Analyst'],
  },
};

/** Titles that every sector has. */
export const commonTitles: readonly string[] = [
  'Accountant',
  'Account Manager',
  'Administrative Assistant',
  'Customer Service Representative',
  'Data Analyst',
  'Driver',
  'Facilities Coordinator',
  'Human Resources Assistant',
  'Maintenance Technician',
  'Marketing Coordinator',
  'Office Manager',
  'Operations Coordinator',
  'Payroll Clerk',
  'Project Manager',
  'Purchasing Assistant',
  'Quality Inspector',
  'Safety Officer',
  'Sales Associate',
  'Systems Administrator',
  'Team Lead',
  'Trainer',
];

/** `dairy farm` → `dairy farms`. */
export function plural(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return /(s|x|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`;
}
