import { encodePng } from './png.ts';

type Point = readonly [x: number, y: number];
type Colour = readonly [red: number, green: number, blue: number];

const NAVY: Colour = [0x16, 0x32, 0x4f];
const MINT: Colour = [0x7f, 0xd1, 0xae];
const WHITE: Colour = [0xff, 0xff, 0xff];

/** The logo in its own 32 by 32 units, as the workspace page draws it: one tick for each signature. */
export const LOGO = {
  background: NAVY,
  ticks: [
    {
      colour: MINT,
      points: [
        [7, 17],
        [11.5, 21.5],
        [20.5, 11],
      ],
    },
    {
      colour: WHITE,
      points: [
        [13.5, 19.5],
        [15.5, 21.5],
        [25, 11],
      ],
    },
  ],
  strokeWidth: 3.2,
} as const satisfies {
  background: Colour;
  ticks: readonly { colour: Colour; points: readonly Point[] }[];
  strokeWidth: number;
};

/** The middle of both ticks. */
const MIDDLE: Point = [16, 16.25];

function distanceToSegment([px, py]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const along = ((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy);
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(px - ax - t * dx, py - ay - t * dy);
}

/** Distance to a line with round ends and corners. */
function distanceToLine(at: Point, points: readonly Point[]): number {
  let least = Infinity;
  points.forEach((point, i) => {
    const before = points[i - 1];
    if (before) least = Math.min(least, distanceToSegment(at, before, point));
  });
  return least;
}

interface Drawing {
  readonly size: number;
  /** Pixels per unit of the logo. */
  readonly scale: number;
  readonly strokeWidth: number;
  readonly background: Colour | null;
  readonly colourOf: (own: Colour) => Colour;
}

/** Draws the ticks in the middle; edges are smooth by how far a pixel's centre is from the line. */
function draw({ size, scale, strokeWidth, background, colourOf }: Drawing): Buffer {
  const rgba = new Uint8Array(size * size * 4);
  for (let i = 0; i < size * size; i++) {
    const at: Point = [
      ((i % size) + 0.5 - size / 2) / scale + MIDDLE[0],
      (Math.floor(i / size) + 0.5 - size / 2) / scale + MIDDLE[1],
    ];
    let [red, green, blue] = background ?? WHITE;
    let alpha = background ? 1 : 0;
    for (const { colour, points } of LOGO.ticks) {
      const inside = (strokeWidth / 2 - distanceToLine(at, points)) * scale + 0.5;
      const cover = Math.min(1, Math.max(0, inside));
      const over = colourOf(colour);
      red += (over[0] - red) * cover;
      green += (over[1] - green) * cover;
      blue += (over[2] - blue) * cover;
      alpha += (1 - alpha) * cover;
    }
    rgba.set([red, green, blue, alpha * 255].map(Math.round), i * 4);
  }
  return encodePng(size, rgba);
}

/** 192 by 192, square and opaque (Teams rounds it), the symbol within the middle 120 by 120. */
export const colorIcon = (): Buffer =>
  draw({
    size: 192,
    scale: 5.5,
    strokeWidth: LOGO.strokeWidth,
    background: LOGO.background,
    colourOf: (own) => own,
  });

/** 32 by 32, white on nothing. Thinner lines, since in one colour the ticks would run together. */
export const outlineIcon = (): Buffer =>
  draw({ size: 32, scale: 1.3, strokeWidth: 1.9, background: null, colourOf: () => WHITE });
