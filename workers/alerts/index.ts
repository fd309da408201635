import { costSpike } from './cost-spike.ts';
import { costWeek } from './cost-week.ts';
import { errorRate } from './error-rate.ts';
import { evalFalling } from './eval-falling.ts';
import { evalWorse } from './eval-worse.ts';
import { faithfulness } from './faithfulness.ts';
import { inputDrift } from './input-drift.ts';
import { overrides } from './overrides.ts';
import { piiLeak } from './pii-leak.ts';
import type { AlertRule } from './reading/rule.ts';
import { slow } from './slow.ts';
import { toolPattern } from './tool-pattern.ts';

/** Every rule; a new one is a file in here, a line here and one in core/alerts/thresholds.ts. */
export const alertRules: readonly AlertRule[] = [
  errorRate,
  costSpike,
  faithfulness,
  piiLeak,
  slow,
  overrides,
  evalFalling,
  evalWorse,
  costWeek,
  toolPattern,
  inputDrift,
];
