import { altText } from '../core/charts/alt-text.ts';
import type { Chart } from '../core/charts/chart.ts';
import type { Language } from '../core/language.ts';
import type { Block, Card } from './model.ts';

type Picture = Extract<Block, { kind: 'picture' }>;

/** A chart on a card, with its words. */
export const picture = (chart: Chart, language: Language): Picture => ({
  kind: 'picture',
  chart,
  alt: altText(chart, language),
});

/** Names what is drawn: the same chart in the same language is the same picture. */
export const pictureKey = ({ chart }: Pick<Picture, 'chart'>, language: Language): string =>
  JSON.stringify([language, chart]);

/** The pictures of a card, each once, in order. */
export const picturesOf = (card: Card): ReadonlyMap<string, Chart> =>
  new Map(
    card.blocks
      .filter((block) => block.kind === 'picture')
      .map((block) => [pictureKey(block, card.language), block.chart]),
  );
