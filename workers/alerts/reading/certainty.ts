/** Stirling's series; good to 1e-8 from 7 up, below that the factorials themselves. */
function logFactorial(n: number): number {
  if (n < 7) return Math.log([1, 1, 2, 6, 24, 120, 720][n] ?? 1);
  const x = n + 1;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x ** 3);
}

/** How likely at least `hits` of `of` are when each comes with this probability (the binomial tail). */
export function likelihoodOf(hits: number, of: number, probability: number): number {
  if (hits <= 0) return 1;
  if (hits > of || probability <= 0) return 0;
  if (probability >= 1) return 1;
  const log = (k: number): number =>
    logFactorial(of) -
    logFactorial(k) -
    logFactorial(of - k) +
    k * Math.log(probability) +
    (of - k) * Math.log(1 - probability);
  let [sum, term] = [0, Math.exp(log(hits))];
  for (let k = hits; k <= of; k += 1) {
    sum += term;
    // Beyond the mean the terms only fall.
    if (term < sum * 1e-12 && k > of * probability) break;
    term *= ((of - k) / (k + 1)) * (probability / (1 - probability));
  }
  return Math.min(1, sum);
}

/**
 * Is the share surely above this: were it no more, so many would be seen once in `1 / doubt` looks. So two unlucky runs out of
 * ten wake nobody, and nine out of ten do.
 */
export const surelyAbove = (hits: number, of: number, share: number, doubt = 0.001): boolean =>
  of > 0 && likelihoodOf(hits, of, share) < doubt;

/** Is the share surely below this: the same, from the other side. */
export const surelyBelow = (hits: number, of: number, share: number, doubt = 0.001): boolean =>
  of > 0 && 1 - likelihoodOf(hits + 1, of, share) < doubt;

/** To call something past, less certainty is asked than to wake people. */
export const PAST_DOUBT = 0.01;
