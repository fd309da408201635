import type { Card } from '../../cards/model.ts';
import { picturesOf } from '../../cards/pictures.ts';
import { drawChart } from '../../platform/charts/draw-chart.ts';

/** Drawn into the card itself: Teams' clients would fetch an address without saying who asks, so it would be open to all. */
export async function dataUris(card: Card): Promise<ReadonlyMap<string, string>> {
  const uris = new Map<string, string>();
  for (const [key, chart] of picturesOf(card)) {
    const { png } = await drawChart(chart, card.language);
    uris.set(key, `data:image/png;base64,${png.toString('base64')}`);
  }
  return uris;
}
