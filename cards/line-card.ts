import type { Language } from '../core/language.ts';
import type { LinePlace, RunView } from '../core/views.ts';
import { duration } from './figures.ts';
import { wordsIn } from './languages.ts';
import type { Card } from './model.ts';
import { startedCard } from './run-card.ts';
import { instant, text } from './spans.ts';
import type { CardWords } from './words.ts';

/** Whole minutes, rounded up: seconds would promise more than is known. */
const about = (say: CardWords, etaMs: number): string =>
  etaMs <= 60_000 ? say.oneMinute : duration(say, Math.ceil(etaMs / 60_000) * 60_000);

/** `Waiting: position 40, about 6 min`. */
export function lineWords(say: CardWords, { position, etaMs, held }: LinePlace): string {
  if (held !== null) return say.lineHeld[held];
  const place = position === null ? '–' : position.toLocaleString(say.locale);
  return say.inLine(place, etaMs === null ? null : about(say, etaMs));
}

/** The Started card of a run that waits in line. It is a copy like any other, so it can be kept true; it says as of when. */
export function waitingCard(run: RunView, place: LinePlace, language: Language = 'en'): Card {
  const say = wordsIn(language);
  const started = startedCard(run, language);
  const words = lineWords(say, place);
  const asOf = [text(`${say.separator}${say.lineAsOf} `), instant(place.nowMs, 'moment')];
  return {
    ...started,
    state: { icon: '🕓', words, tone: 'waiting', aside: [...(started.state?.aside ?? []), ...asOf] },
    summary: `${words}: ${started.title}`,
  };
}
