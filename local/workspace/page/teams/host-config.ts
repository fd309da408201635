import { HostConfig } from 'adaptivecards';

const tint = (background: string) => ({ backgroundColor: background, foregroundColors: foreground });
const shade = (color: string) => ({ default: color, subtle: 'var(--muted)' });
const foreground = {
  default: shade('var(--ink)'),
  dark: shade('var(--ink)'),
  light: shade('var(--ink)'),
  accent: shade('var(--teams-link)'),
  good: shade('var(--good-ink)'),
  warning: shade('var(--warn-ink)'),
  attention: shade('var(--bad-ink)'),
};

/** Sizes and colours of our own style sheet, so that one theme rules both clients. */
export const hostConfig = new HostConfig({
  fontFamily: 'inherit',
  supportsInteractivity: true,
  fontTypes: {
    default: {
      fontFamily: 'inherit',
      fontSizes: { small: 11.5, default: 12.5, medium: 13.5, large: 15, extraLarge: 17 },
      fontWeights: { lighter: 400, default: 400, bolder: 650 },
    },
    monospace: {
      fontFamily: 'var(--mono)',
      fontSizes: { small: 11, default: 12, medium: 13, large: 14, extraLarge: 16 },
      fontWeights: { lighter: 400, default: 400, bolder: 650 },
    },
  },
  spacing: { small: 2, default: 5, medium: 8, large: 12, extraLarge: 18, padding: 8 },
  separator: { lineThickness: 1, lineColor: 'var(--line)' },
  textStyles: { heading: { size: 'large', weight: 'bolder', color: 'default', isSubtle: false } },
  containerStyles: {
    default: tint('transparent'),
    emphasis: tint('var(--soft)'),
    good: tint('var(--good-bg)'),
    warning: tint('var(--warn-bg)'),
    attention: tint('var(--bad-bg)'),
    accent: tint('var(--soft)'),
  },
  actions: {
    maxActions: 6,
    spacing: 'default',
    buttonSpacing: 8,
    actionsOrientation: 'horizontal',
    actionAlignment: 'left',
    showCard: { actionMode: 'inline', inlineTopMargin: 8 },
  },
  factSet: {
    title: { weight: 'bolder', size: 'default', wrap: true, maxWidth: 110 },
    value: { weight: 'default', size: 'default', wrap: true },
    spacing: 16,
  },
  inputs: {
    errorMessage: { color: 'attention', weight: 'bolder' },
    label: { inputSpacing: 3, requiredInputs: { weight: 'bolder' }, optionalInputs: { weight: 'bolder' } },
  },
});
