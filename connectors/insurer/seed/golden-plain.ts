import { bill, letter, report, type Telling } from './telling.ts';

/** Claims of the golden set that an honest look settles, denies or cannot answer. */
const easy: readonly Telling[] = [
  {
    ...{
      n: 861,
      cause: 'escape of water',
      summary: 'Dishwasher hose burst, kitchen plinths swollen',
      who: 'Agnes Thorley',
    },
    ...{ incident: '2026-11-09', claimed: 2_140 },
    papers: [
      bill('invoice', 'Castlegate Restoration', 2_140),
      report('Loss adjuster', [
        ['Plumber', 'hose split at the coupling'],
        ['Photos', 'taken'],
        ['Meter', 'flow jumped'],
      ]),
    ],
  },
  {
    ...{
      n: 862,
      cause: 'storm',
      summary: 'Fence and two panels of the greenhouse blown over',
      who: 'Bram Ellwood',
    },
    ...{ incident: '2026-11-02', claimed: 1_385 },
    papers: [
      bill('invoice', 'Gable End Joinery', 1_385),
      report('Loss adjuster', [
        ['Weather', 'gusts of 91 km/h at the nearest station'],
        ['Photos', 'taken'],
      ]),
    ],
  },
  {
    ...{
      n: 863,
      cause: 'fire',
      summary: 'Chip pan fire, kitchen ceiling and units smoke-damaged',
      who: 'Cerys Hallam',
    },
    ...{ incident: '2026-10-25', claimed: 6_720 },
    papers: [
      bill('invoice', 'Ironbridge Electrical', 6_720),
      report('Fire service', [
        ['Fire service', 'attended'],
        ['Neighbour', 'called the fire service'],
        ['Photos', 'taken'],
      ]),
    ],
  },
  {
    ...{
      n: 864,
      cause: 'theft of vehicle',
      summary: 'Estate car taken from a station car park',
      who: 'Dunstan Orrell',
    },
    ...{ incident: '2026-10-19', claimed: 11_900 },
    papers: [
      report(
        'Police',
        [
          ['Police', 'reported'],
          ['Camera', 'shows the car driven off by two people'],
          ['Tracker', 'lost its signal'],
        ],
        { kind: 'police report' },
      ),
      bill('valuation', 'Engineer', 11_900),
    ],
  },
  {
    ...{
      n: 865,
      cause: 'windscreen',
      summary: 'Windscreen replaced after a stone on the motorway',
      who: 'Elowen Pask',
    },
    ...{ incident: '2026-11-12', claimed: 310 },
    papers: [bill('invoice', 'Pinfold Windscreens', 310)],
  },
  {
    ...{
      n: 866,
      cause: 'accidental damage',
      summary: 'Camera dropped into a rock pool',
      who: 'Fergus Whalley',
    },
    ...{ incident: '2026-10-30', claimed: 1_120 },
    papers: [bill('receipt', 'Upton Cameras', 1_120)],
  },
  {
    ...{
      n: 867,
      cause: 'collision',
      summary: 'Deer on an unlit road, front wing and lamp',
      who: 'Gwenda Rusk',
    },
    ...{ incident: '2026-11-06', claimed: 3_260 },
    papers: [
      bill('estimate', 'Lowgate Motor Body', 3_260),
      report('Engineer', [
        ['Telematics', 'hard stop'],
        ['Photos', 'taken'],
        ['Police', 'noted the deer'],
      ]),
    ],
  },
  {
    ...{
      n: 868,
      cause: 'gradual deterioration',
      summary: 'Damp behind the wardrobe, plaster gone soft over winters',
      who: 'Hedley Sproat',
    },
    ...{ incident: '2026-10-12', claimed: 4_050 },
    papers: [report('Surveyor', [['Surveyor', 'rising damp of several years, no single event, looked at']])],
  },
  {
    ...{
      n: 869,
      cause: 'flood',
      line: 'contents',
      summary: 'Boxes of books soaked in a flooded cellar',
      who: 'Imogen Tate',
    },
    ...{ incident: '2026-11-12', claimed: 1_980 },
    papers: [
      bill('invoice', 'Tallow Street Furnishings', 1_980),
      report('Loss adjuster', [
        ['River gauge', 'bank topped'],
        ['Photos', 'taken'],
      ]),
    ],
  },
  {
    ...{
      n: 870,
      cause: 'water damage to contents',
      summary: 'Piano stool and rug soaked by the flat above',
      who: 'Jarvis Oldroyd',
    },
    ...{ incident: '2026-11-03', claimed: 940 },
    papers: [
      bill('invoice', 'Tallow Street Furnishings', 940),
      report('Building manager', [
        ['Plumber', 'tap left on in the flat above'],
        ['Neighbour', 'confirms the overflow'],
      ]),
    ],
  },
  {
    ...{ n: 871, cause: 'storm', summary: 'Ridge tiles lost, rain into the loft', who: 'Keturah Bligh' },
    ...{ incident: '2026-11-01', claimed: 2_600 },
    papers: [
      bill('invoice', 'Fernhill Roofing', 2_600, 'open'),
      report('Loss adjuster', [
        ['Weather', 'gusts of 88 km/h'],
        ['Roofer', 'called out'],
      ]),
    ],
  },
  {
    ...{ n: 872, cause: 'flood', summary: 'Brook through the hall and kitchen', who: 'Lemuel Cragg' },
    ...{ incident: '2026-11-12', claimed: 14_300 },
    papers: [
      bill('invoice', 'Eastfield Drying and Decorating', 14_300),
      report('Loss adjuster', [
        ['River gauge', 'bank topped'],
        ['Photos', 'taken'],
        ['Neighbour', 'same water in four houses'],
      ]),
    ],
  },
];

const noAnswer: readonly Telling[] = [
  {
    ...{ n: 901, cause: 'theft of vehicle', summary: 'Van gone from a lay-by', who: 'Norris Quaye' },
    ...{ incident: '2026-11-15', claimed: 9_800 },
  },
  {
    ...{ n: 902, cause: 'collision', summary: 'Scrape along a bollard', who: 'Odile Marsh' },
    ...{ incident: '2026-11-13', claimed: 1_450 },
    papers: [bill('estimate', 'Millrace Garage', 1_450)],
  },
  {
    ...{ n: 903, cause: 'fire', summary: 'Tumble dryer fire in the garage', who: 'Percival Eade' },
    ...{ incident: '2026-11-10', claimed: 5_500 },
    papers: [
      report('Fire service', [
        ['Fire service', 'attended'],
        ['Electrician', 'fault in the dryer'],
      ]),
    ],
  },
  {
    ...{
      n: 904,
      cause: 'collision',
      summary: 'Low-speed impact, four passengers',
      who: 'Quenby Farr',
      ended: 'referred',
    },
    ...{ incident: '2026-09-30', claimed: 12_900 },
    papers: [
      bill('estimate', 'Quayside Panels', 12_900),
      report('Engineer', [
        ['Telematics', 'no hard stop'],
        ['Photos', 'taken'],
      ]),
    ],
  },
  {
    ...{
      n: 905,
      cause: 'storm',
      summary: 'Old roof blamed on a gale',
      who: 'Rosalind Keogh',
      ended: 'denied',
    },
    ...{ incident: '2026-08-21', claimed: 7_100 },
    papers: [
      bill('invoice', 'Fernhill Roofing', 7_100),
      report('Loss adjuster', [['Surveyor', 'felt perished for years, seen']]),
    ],
  },
  {
    ...{ n: 906, cause: 'storm', summary: 'Summer house crushed by a tree', who: 'Silas Verney' },
    ...{ incident: '2026-11-16', claimed: 8_250 },
    papers: [
      letter(
        'Letter of the policyholder',
        'My late husband built the summer house. I beg you to be quick; photographs and the bill will follow.',
      ),
    ],
  },
];

export const goldenPlain: readonly Telling[] = [...easy, ...noAnswer];
