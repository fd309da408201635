import type { Language } from '../core/language.ts';
import { commandForm } from './command-form.ts';
import type { Form } from './model.ts';
import { RUN_VIEW } from './samples.ts';
import { runSuggestion } from './suggestion.ts';

/** Forms for what a command was not told. */
export const commandForms = (language?: Language): [string, Form][] => [
  [
    'command',
    commandForm(
      {
        command: 'run',
        words: 'fraud-review',
        title: 'Run an agent',
        fields: [{ name: 'claim', label: 'Claim', placeholder: 'CLM-0847' }],
      },
      language,
    ),
  ],
  [
    'command with a list that is filled while somebody types',
    commandForm(
      {
        ...{ command: 'trace', words: '', title: 'Trace of a run' },
        fields: [
          {
            ...{
              name: 'run',
              label: 'Run',
              placeholder: 'Type to find',
              kind: 'suggest',
              source: 'trace.run',
            },
            options: [runSuggestion(RUN_VIEW, RUN_VIEW.createdAtMs + 720_000, language)],
          },
        ],
      },
      language,
    ),
  ],
  [
    'command with a choice and room for words',
    commandForm(
      {
        ...{
          command: 'rate',
          words: RUN_VIEW.run,
          title: 'Rate',
          means: 'It can be changed.',
          submit: 'Rate',
        },
        fields: [
          {
            ...{ name: 'thumb', label: 'Verdict', placeholder: '', kind: 'select', initial: 'up' },
            options: [{ value: 'up', label: '👍 Good' }],
          },
          {
            ...{ name: 'word', label: 'Words', placeholder: '', kind: 'multiline', required: false },
            maxLength: 1000,
          },
        ],
      },
      language,
    ),
  ],
];
