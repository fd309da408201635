import type { ReactNode } from 'react';
import type { ExperimentId } from '../../wire.ts';
import type { CastMember } from '../../cast-types.ts';
import type { Journey } from '../journey.ts';
import { TickIcon } from './icons.tsx';
import { Menu } from './menu.tsx';

const BREAK_IT: readonly { id: ExperimentId; label: string; hint: string }[] = [
  { id: 'stranger', label: 'Click as the stranger', hint: 'Sam is in both chats, but nobody knows him here' },
  { id: 'requester', label: 'Click as the requester', hint: 'Nobody signs their own request' },
  {
    id: 'forged-signature',
    label: 'Forge the signature',
    hint: 'Four clicks as an attacker would send them',
  },
  {
    id: 'forged-button',
    label: 'Change the button',
    hint: 'A rightly signed click that names another action',
  },
  { id: 'five-clicks', label: 'Click five times at once', hint: 'Signs as Ada' },
  { id: 'hostile-edit', label: 'Edit in hostile text', hint: 'Replaces the request with an edited one' },
  {
    id: 'both-at-once',
    label: 'Approve and decline at once',
    hint: 'Ben in Slack, Sofia in Teams; one wins',
  },
];

const ORDER = ['ask', 'sign', 'countersign', 'done'] as const;

interface Step {
  readonly title: string;
  readonly now: string;
  readonly after: string;
}

function stepsOf(journey: Journey, waiting: boolean, signer: string): readonly Step[] {
  return [
    {
      title: 'Ask',
      now: waiting ? 'The agent reads the claim…' : 'As Robin, run fraud-review',
      after: 'Robin ran fraud-review',
    },
    { title: 'Sign', now: 'Read the card, then Approve', after: 'One person has signed' },
    {
      title: 'Countersign',
      now:
        journey.stage === 'countersign'
          ? `Now ${signer}, in the other chat`
          : 'Another person, the other chat',
      after: journey.words.split(':')[0] || 'Done',
    },
  ];
}

/** Three steps, the current one filled. */
export function Steps(props: {
  journey: Journey;
  waiting: boolean;
  cast: readonly CastMember[];
  onShow: () => void;
  onBreak: (id: ExperimentId) => void;
}): ReactNode {
  const { journey } = props;
  const signer = props.cast.find((c) => c.id === journey.next)?.name.split(' ')[0] ?? '';
  const at = ORDER.indexOf(journey.stage);
  const show = journey.stage === 'done' ? 'Ask again' : 'Show me';
  return (
    <nav className="steps" aria-label="Three steps">
      <ol>
        {stepsOf(journey, props.waiting, signer).map((step, i) => {
          const isNow = i === at || (at === 3 && i === 2);
          const isDone = i < at;
          return (
            <li
              key={step.title}
              className={isNow ? 'now' : isDone ? 'past' : ''}
              aria-current={isNow ? 'step' : undefined}
            >
              <span className="number">
                {isDone ? <TickIcon /> : i + 1}
                {isDone ? <span className="sr-only">Done:</span> : null}
              </span>
              <span className="words">
                <b>{step.title}</b>
                <span>{isDone ? step.after : step.now}</span>
              </span>
              {isNow ? (
                <button type="button" className="btn go" onClick={props.onShow}>
                  {show}
                </button>
              ) : null}
            </li>
          );
        })}
      </ol>
      <Menu
        label="Try to break it"
        className="btn break"
        face="Try to break it"
        items={BREAK_IT}
        onPick={(id) => props.onBreak(id as ExperimentId)}
      />
    </nav>
  );
}
