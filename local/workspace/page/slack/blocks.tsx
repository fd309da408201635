import { Fragment, type ReactNode } from 'react';
import type { JsonObject } from '../../../../core/canonical-json.ts';
import { ActionElement, type Press } from './elements.tsx';
import { RichText } from './rich-text.tsx';
import { TextObject, wordsOf } from './text.tsx';

const objects = (value: unknown): JsonObject[] => (Array.isArray(value) ? (value as JsonObject[]) : []);

function Section({ of, press }: { of: JsonObject; press: Press }): ReactNode {
  const fields = objects(of['fields']);
  const accessory = of['accessory'] as JsonObject | undefined;
  return (
    <div className="section">
      <div className="grow">
        {of['text'] ? (
          <p>
            <TextObject of={of['text'] as JsonObject} />
          </p>
        ) : null}
        {fields.length ? (
          <div className="fields">
            {fields.map((field, i) => (
              <div key={i}>
                <TextObject of={field} />
              </div>
            ))}
          </div>
        ) : null}
      </div>
      {accessory ? <ActionElement of={accessory} press={press} /> : null}
    </div>
  );
}

function Table({ of }: { of: JsonObject }): ReactNode {
  return (
    <div className="table" tabIndex={0} role="region" aria-label="Table">
      <table>
        <tbody>
          {objects(of['rows']).map((row, i) => (
            <tr key={i}>
              {objects(row).map((cell, j) => (
                <td key={j}>{cell['type'] === 'rich_text' ? <RichText of={cell} /> : wordsOf(cell)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A file of the workspace; Slack shows it at its own width, and no wider than the column. */
function Picture({ of }: { of: JsonObject }): ReactNode {
  const file = of['slack_file'] as JsonObject | undefined;
  const words = String(of['alt_text']);
  if (file === undefined) return <p className="muted">[{words}]</p>;
  return <img className="picture" src={`/slack/files/${String(file['id'])}`} alt={words} width="360" />;
}

/** One block outside of forms (inputs are drawn by the modal). */
export function Block({ of, press }: { of: JsonObject; press: Press }): ReactNode {
  switch (of['type']) {
    case 'header':
      return <h3>{wordsOf(of['text'])}</h3>;
    case 'section':
      return <Section of={of} press={press} />;
    case 'context':
      return (
        <p className="context">
          {objects(of['elements']).map((element, i) => (
            <Fragment key={i}>
              {element['type'] === 'image' ? String(element['alt_text']) : <TextObject of={element} />}{' '}
            </Fragment>
          ))}
        </p>
      );
    case 'rich_text':
      return <RichText of={of} />;
    case 'divider':
      return <hr />;
    case 'actions':
      return (
        <div className="actions">
          {objects(of['elements']).map((element) => (
            <ActionElement key={String(element['action_id'])} of={element} press={press} />
          ))}
        </div>
      );
    case 'markdown':
      return <p className="pre-wrap">{String(of['text'])}</p>;
    case 'table':
      return <Table of={of} />;
    case 'image':
      return <Picture of={of} />;
    default:
      return <p className="muted">({String(of['type'])} is not drawn here)</p>;
  }
}

export function Blocks({ of, press }: { of: readonly JsonObject[]; press: Press }): ReactNode {
  return of.map((block, i) => <Block key={`${i}-${String(block['type'])}`} of={block} press={press} />);
}
