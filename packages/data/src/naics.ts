/**
 * The 20 sectors of the 2012 North American Industry Classification System, code to name, in the system's order.
 *
 * Three sectors span several two-digit codes and are named by the range. Source: US Census Bureau, 2012 NAICS
 * (https://www.census.gov/naics/), a work of the US Government in the public domain.
 * @example naicsSectors.get('31-33') // 'Manufacturing'
 */
export const naicsSectors: ReadonlyMap<string, string> = new Map([
  ['11', 'Agriculture, Forestry, Fishing and Hunting'],
  ['21', 'Mining, Quarrying, and Oil and Gas Extraction'],
  ['22', 'Utilities'],
  ['23', 'Construction'],
  ['31-33', 'Manufacturing'],
  ['42', 'Wholesale Trade'],
  ['44-45', 'Retail Trade'],
  ['48-49', 'Transportation and Warehousing'],
  ['51', 'Information'],
  ['52', 'Finance and Insurance'],
  ['53', 'Real Estate and Rental and Leasing'],
  ['54', 'Professional, Scientific, and Technical Services'],
  ['55', 'Management of Companies and Enterprises'],
  ['56', 'Administrative and Support and Waste Management and Remediation Services'],
  ['61', 'Educational Services'],
  ['62', 'Health Care and Social Assistance'],
  ['71', 'Arts, Entertainment, and Recreation'],
  ['72', 'Accommodation and Food Services'],
  ['81', 'Other Services (except Public Administration)'],
  ['92', 'Public Administration'],
]);

const sectorOfPrefix: ReadonlyMap<string, string> = new Map(
  [...naicsSectors.keys()].flatMap((sector) => prefixesOf(sector).map((prefix) => [prefix, sector] as const)),
);

/**
 * The sector of a NAICS code, by its first two digits.
 *
 * Takes codes of two to six digits; throws RangeError for anything else and for unknown sectors.
 * @example naicsSector('332710') // '31-33'
 */
export function naicsSector(code: string): string {
  const sector = /^\d{2,6}$/.test(code) ? sectorOfPrefix.get(code.slice(0, 2)) : undefined;
  if (sector !== undefined) return sector;
  throw new RangeError(
    `naicsSector: expected a NAICS code of two to six digits such as "332710", got ${JSON.stringify(code)}; its first two digits name the sector`,
  );
}

/** '31-33' covers the prefixes 31, 32 and 33. */
function prefixesOf(sector: string): string[] {
  const [first, last = first] = sector.split('-').map(Number);
  return Array.from({ length: last - first + 1 }, (_, i) => String(first + i));
}
