import type { Language } from '../core/language.ts';
import { wordsIn } from './languages.ts';
import type { Block, Card } from './model.ts';
import { receiptWordsIn } from './receipt-words.ts';
import { text } from './spans.ts';

/** What both chats carry in one message, with room for what stands around it. */
export const RECEIPT_CHARACTERS = 7_500;
/** So that a part of it stays below what Slack takes in one piece. */
const LINES_A_PIECE = 30;

export interface ShownReceipt {
  readonly tenant: string;
  /** A request or a run. */
  readonly of: string;
  readonly entries: number;
  /** Of the checkpoint that it rests on. */
  readonly size: number;
  /** As it is to be copied, in lines. */
  readonly copied: string;
}

function pieces(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  for (let i = 0; i < lines.length; i += LINES_A_PIECE)
    blocks.push({ kind: 'table', wide: true, lines: lines.slice(i, i + LINES_A_PIECE) });
  return blocks;
}

/** A receipt that is to be copied out of the chat, or where else to get one that is too long for it. */
export function receiptCard(receipt: ShownReceipt, language: Language = 'en'): Card {
  const { tenant, of, entries, size, copied } = receipt;
  const say = receiptWordsIn(language);
  const { locale } = wordsIn(language);
  const holds = say.holds(entries.toLocaleString(locale), size.toLocaleString(locale));
  const fits = copied.length <= RECEIPT_CHARACTERS;
  return {
    ...{ v: 1, language, kind: 'receipt', subject: of, version: entries },
    title: say.title(of),
    state: null,
    blocks: [
      { kind: 'paragraph', spans: [text(holds)] },
      ...(fits
        ? pieces(copied.split('\n'))
        : [{ kind: 'paragraph', spans: [text(say.tooLong(tenant, of))] } as const]),
      { kind: 'context', spans: [text(fits ? `${say.how} ${say.holdsWhat}` : say.holdsWhat)] },
    ],
    summary: `${say.title(of)}. ${holds}`,
  };
}
