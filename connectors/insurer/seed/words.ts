/** Word lists of our own; nobody in them exists. Phones come from the ranges Ofcom keeps for drama. */
export const GIVEN = (
  'Alma Aron Bela Bruno Carys Cato Dilys Dov Edda Emrys Fenna Florin Greta Gwil Hana Hector Ilse Ivo Jonty Juno ' +
  'Kasia Keir Lena Lorcan Maeve Milan Nerys Niko Oona Otto Petra Quill Rhona Rune Saskia Stellan Tamsin Tycho Una Viggo Wren Yara Zora'
).split(' ');

export const FAMILY = (
  'Abbotsley Ashgrove Barrowby Blackmere Carnforth Coldwell Dunmoor Eastlake Fallowfield Garside Greenhalgh Hawksworth ' +
  'Hollins Inglewood Kearsley Lanyon Larkhill Marchbank Merrow Netherby Oakhanger Pengelly Quarrington Ravensden Redfern ' +
  'Selwick Stanmore Thornley Treloar Underhill Varley Wetherby Winterbourne Yarrow'
).split(' ');

export const REPAIRERS = [
  'Beacon Property Repairs',
  'Castlegate Restoration',
  'Dovetail Builders',
  'Eastfield Drying and Decorating',
  'Fernhill Roofing',
  'Gable End Joinery',
  'Hartwell Flooring',
  'Ironbridge Electrical',
  'Junction Street Plumbing',
  'Kingsway Interiors',
];

export const GARAGES = [
  'Lowgate Motor Body',
  'Millrace Garage',
  'Northside Accident Repair',
  'Orchard Road Autos',
  'Pinfold Windscreens',
  'Quayside Panels',
];

export const SHOPS = [
  'Rowan and Pike Electricals',
  'Silverdale Cycles',
  'Tallow Street Furnishings',
  'Upton Cameras',
];

/** What was hurt, by cause; the sentence on the claim. */
export const SUMMARIES: Record<string, readonly string[]> = {
  'escape of water': [
    'Bathroom leak through the hall ceiling',
    'Burst pipe under the utility room floor',
    'Washing machine hose burst, kitchen floor lifted',
    'Loft tank overflowed into two bedrooms',
  ],
  storm: [
    'Ridge tiles lost in high wind',
    'Garden wall and fence blown down',
    'Gutter torn off, damp in the box room',
  ],
  flood: ['Ground floor flooded from the brook', 'Cellar flooded after heavy rain'],
  fire: [
    'Chip pan fire in the kitchen',
    'Electrical fire in the garage',
    'Chimney fire, smoke damage upstairs',
  ],
  'theft from home': ['Bicycles taken from a locked shed', 'Laptop and watch taken through a forced window'],
  'accidental damage': [
    'Television knocked off the wall',
    'Camera dropped on stone steps',
    'Paint spilt on a wool carpet',
  ],
  'water damage to contents': ['Rugs and books soaked by a leak upstairs', 'Sofa and piano stool soaked'],
  collision: [
    'Hit from behind at a roundabout',
    'Scraped along a multi-storey car park pillar',
    'Side impact at a crossroads',
    'Hit a deer on an unlit road',
  ],
  'theft of vehicle': ['Hatchback taken from the street overnight', 'Van taken from a trading estate'],
  windscreen: ['Windscreen cracked by a stone', 'Rear window broken in a car park'],
};

export const OTHER_INSURERS = ['Fellside Mutual', 'Groat and Penny', 'Saltmarsh General'];

/** The n-th drama number: 020 7946 0xxx, 0161 496 0xxx, 07700 900xxx and so on. */
const RANGES = ['020 7946 0', '0161 496 0', '0117 496 0', '0113 496 0', '07700 900', '01632 960'];
export const phoneNumber = (n: number): string =>
  `${RANGES[Math.floor(n / 1000) % RANGES.length]}${String(n % 1000).padStart(3, '0')}`;
