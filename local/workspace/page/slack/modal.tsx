import { useId, useState, type FormEvent, type ReactNode } from 'react';
import type { JsonObject } from '../../../../core/canonical-json.ts';
import type { SlackView } from '../../state/slack-types.ts';
import { troubleOf } from '../api.ts';
import { useDesk } from '../desk.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Block } from './blocks.tsx';
import { wordsOf } from './text.tsx';

type Values = Readonly<Record<string, string>>;

function initial(element: JsonObject): string {
  const picked = element['initial_option'] as JsonObject | undefined;
  return String(picked?.['value'] ?? element['initial_value'] ?? element['initial_date'] ?? '');
}

/** Any number of options; as Slack writes it into a form's state, their values. */
function Checks(props: {
  id: string;
  value: string;
  options: readonly JsonObject[];
  change: (value: string) => void;
}): ReactNode {
  const { value, options, change } = props;
  const picked = value.split(',').filter(Boolean);
  return (
    <span id={props.id} role="group" className="checks">
      {options.map((option) => {
        const one = String(option['value']);
        const others = picked.filter((p) => p !== one);
        return (
          <label key={one}>
            <input
              type="checkbox"
              checked={picked.includes(one)}
              onChange={(e) => change([...others, ...(e.target.checked ? [one] : [])].join(','))}
            />{' '}
            {wordsOf(option['text'])}
          </label>
        );
      })}
    </span>
  );
}

interface Common {
  readonly id: string;
  readonly value: string;
  readonly required: boolean;
  readonly 'aria-invalid': boolean;
  readonly 'aria-describedby': string | undefined;
}

/** A list that the app fills: it is asked when the field is entered, and again with every letter. */
function Suggesting(props: {
  element: JsonObject;
  common: Common;
  view: string;
  change: (value: string) => void;
}): ReactNode {
  const { element, common, view, change } = props;
  const { act } = useDesk();
  const [options, setOptions] = useState<readonly JsonObject[]>([]);
  const [failed, setFailed] = useState(false);
  const list = useId();
  const find = async (typed: string): Promise<void> => {
    const name = String(element['action_id']);
    const answer = await act({ act: 'slackSuggest', view, name, typed });
    setFailed(answer.ok !== true);
    setOptions((answer.options ?? []) as JsonObject[]);
  };
  return (
    <>
      <input
        {...common}
        list={list}
        autoComplete="off"
        placeholder={wordsOf(element['placeholder']) || undefined}
        onFocus={() => void find(common.value)}
        onChange={(e) => {
          change(e.target.value);
          void find(e.target.value);
        }}
      />
      <datalist id={list}>
        {options.map((o) => (
          <option key={String(o['value'])} value={String(o['value'])}>
            {wordsOf(o['text'])}
          </option>
        ))}
      </datalist>
      {failed ? <small className="field-error">The list could not be loaded.</small> : null}
    </>
  );
}

function Entry(props: {
  element: JsonObject;
  common: Common;
  view: string;
  change: (value: string) => void;
}): ReactNode {
  const { element, common, change } = props;
  const { cast } = useDesk().snapshot;
  const options = (element['options'] ?? []) as JsonObject[];
  if (element['type'] === 'external_select') return <Suggesting {...props} />;
  if (element['type'] === 'users_select')
    return (
      <select {...common} onChange={(e) => change(e.target.value)}>
        <option value="">{wordsOf(element['placeholder']) || 'Choose a person'}</option>
        {cast.map(({ slackUser, name }) => (
          <option key={slackUser} value={slackUser}>
            {name}
          </option>
        ))}
      </select>
    );
  if (element['type'] === 'checkboxes')
    return <Checks id={common.id} value={common.value} options={options} change={change} />;
  const shared = {
    ...common,
    placeholder: wordsOf(element['placeholder']) || undefined,
    maxLength: element['max_length'] === undefined ? undefined : Number(element['max_length']),
  };
  if (options.length)
    return (
      <select {...common} onChange={(e) => change(e.target.value)}>
        <option value="">Choose…</option>
        {options.map((o) => (
          <option key={String(o['value'])} value={String(o['value'])}>
            {wordsOf(o['text'])}
          </option>
        ))}
      </select>
    );
  if (element['multiline'] === true)
    return <textarea {...shared} rows={4} onChange={(e) => change(e.target.value)} />;
  const type = element['type'] === 'datepicker' ? 'date' : 'text';
  return <input {...shared} type={type} onChange={(e) => change(e.target.value)} />;
}

function Input(props: {
  of: JsonObject;
  view: string;
  value: string;
  error: string | undefined;
  change: (value: string) => void;
}): ReactNode {
  const id = useId();
  const { of, error } = props;
  const optional = of['optional'] === true;
  const hint = wordsOf(of['hint']);
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  const common = {
    ...{ id, value: props.value, required: !optional, 'aria-invalid': Boolean(error) },
    'aria-describedby': described || undefined,
  };
  return (
    <div className="field">
      <label htmlFor={id}>
        {wordsOf(of['label'])}
        {optional ? <span className="muted"> (optional)</span> : null}
      </label>
      <Entry element={of['element'] as JsonObject} common={common} view={props.view} change={props.change} />
      {hint ? (
        <small id={`${id}-hint`} className="muted">
          {hint}
        </small>
      ) : null}
      {error ? (
        <small id={`${id}-error`} className="field-error">
          {error}
        </small>
      ) : null}
    </div>
  );
}

/** A modal of the Slack app, with its inputs. */
export function SlackModal({ view }: { view: SlackView }): ReactNode {
  const { act } = useDesk();
  const [values, setValues] = useState<Values>({});
  const [errors, setErrors] = useState<Values>({});
  const [busy, setBusy] = useState(false);
  const blocks = (view.content['blocks'] ?? []) as JsonObject[];
  const close = (): void => void act({ act: 'slackClose', view: view.id });
  const press = async (action: string, option?: string): Promise<void> => {
    const chosen = option ? { option } : {};
    const answer = await act({ act: 'slackClickInView', view: view.id, action, ...chosen });
    const trouble = troubleOf(answer);
    if (trouble) setErrors({ '': trouble });
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const answer = await act({ act: 'slackSubmit', view: view.id, values });
    const trouble = troubleOf(answer);
    setErrors(answer.errors ?? (trouble ? { '': trouble } : {}));
    setBusy(false);
  };
  return (
    <Dialog title={wordsOf(view.content['title'])} className="slack-modal" onClose={close}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <div className="dialog-body blocks">
          {blocks.map((block, i) => {
            const id = String(block['block_id'] ?? i);
            if (block['type'] !== 'input') return <Block key={id} of={block} press={press} />;
            const value = values[id] ?? initial(block['element'] as JsonObject);
            const change = (words: string): void => setValues((old) => ({ ...old, [id]: words }));
            return (
              <Input key={id} of={block} view={view.id} value={value} error={errors[id]} change={change} />
            );
          })}
          {errors[''] ? (
            <p role="alert" className="field-error">
              {errors['']}
            </p>
          ) : null}
        </div>
        <footer>
          <button type="button" className="btn" onClick={close}>
            {wordsOf(view.content['close']) || 'Cancel'}
          </button>
          {view.content['submit'] ? (
            <button type="submit" className="btn primary" aria-busy={busy}>
              {wordsOf(view.content['submit'])}
            </button>
          ) : null}
        </footer>
      </form>
    </Dialog>
  );
}
