import type { Tool } from '../request.ts';
import { readJson, type Observed } from './observed.ts';

interface Schema {
  readonly properties: Readonly<
    Record<string, { readonly pattern?: string; readonly enum?: readonly string[]; readonly type?: string }>
  >;
  readonly required: readonly string[];
}

export function schemaOf(tool: Tool): Schema {
  const { properties, required } = tool.input_schema as Partial<Schema>;
  return { properties: properties ?? {}, required: required ?? [] };
}

const ID = /\b[A-Z]{2,5}-\d{2,8}\b/g;

/** Values by the name under which they were given or returned, the newest last; and every id that was seen. */
export interface Known {
  readonly byName: ReadonlyMap<string, string>;
  readonly ids: readonly string[];
}

/** Names and ids from what people asked and from the top of what tools returned; never from the text of documents. */
export function whatIsKnown({ asked, calls }: Observed): Known {
  const byName = new Map<string, string>();
  const take = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, item] of Object.entries(value)) if (typeof item === 'string') byName.set(name, item);
  };
  for (const call of calls) {
    if (call.isError) continue;
    take((call.json as { data?: unknown } | undefined)?.data);
  }
  // the task is what was asked for, whatever a record mentions
  take(readJson(asked));
  return { byName, ids: asked.match(ID) ?? [] };
}

/** Whether a tool only needs to be told which record: then it reads. Anything that wants reasons or amounts acts. */
export const isRead = (tool: Tool): boolean =>
  schemaOf(tool).required.length > 0 &&
  schemaOf(tool).required.every((name) => schemaOf(tool).properties[name]?.pattern !== undefined);

/** Countersign's own: handing in, and asking a person. Neither does anything to a system. */
const OWN = ['submit_assessment', 'ask_person'];
export const isAction = (tool: Tool): boolean => !OWN.includes(tool.name) && !isRead(tool);

/** Arguments for a read, or null while something that it needs is not known yet. */
export function fillRead(tool: Tool, known: Known): Record<string, string> | null {
  const { properties, required } = schemaOf(tool);
  const args: Record<string, string> = {};
  for (const name of required) {
    const fits = (value: string | undefined): value is string =>
      value !== undefined && new RegExp(properties[name]?.pattern ?? '.').test(value);
    const value = [known.byName.get(name), ...known.ids].find(fits);
    if (value === undefined) return null;
    args[name] = value;
  }
  return args;
}

/** Only what the schema knows; everything else of a draft is left out. */
export function keepKnown(tool: Tool, draft: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { properties } = schemaOf(tool);
  return Object.fromEntries(
    Object.entries(draft).filter(([name, value]) => name in properties && value !== undefined),
  );
}
