import type { Language } from '../language.ts';
import type { CaseFault } from './case-faults.ts';

const listed = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(', ');
const quoted = (words: readonly string[]): string => words.map((word) => `„${word}“`).join(', ');

function english(fault: CaseFault): string {
  switch (fault.what) {
    case 'score-backwards':
      return `its score begins at ${fault.from} and ends at ${fault.to}`;
    case 'refusal-and-score':
      return 'it wants a refusal and a score';
    case 'refusal-and-action':
      return 'it wants a refusal and an action';
    case 'nothing-wanted':
      return 'it wants neither a score nor an action, but does not call that a refusal';
    case 'two-ways':
      return `${fault.citation} is to point two ways, ${fault.first} and ${fault.then}`;
    case 'input':
      return `its input does not fit: ${fault.why}`;
    case 'no-tool':
      return `${fault.agent} has no tool ${listed(fault.words)}`;
    case 'no-recommendation':
      return `${fault.agent} cannot recommend ${listed(fault.words)}`;
    case 'id-twice':
      return 'another case has the same id';
  }
}

function german(fault: CaseFault): string {
  switch (fault.what) {
    case 'score-backwards':
      return `seine Bewertung beginnt bei ${fault.from} und endet bei ${fault.to}`;
    case 'refusal-and-score':
      return 'er verlangt zugleich keine Antwort und eine Bewertung';
    case 'refusal-and-action':
      return 'er verlangt zugleich keine Antwort und eine Aktion';
    case 'nothing-wanted':
      return 'er verlangt weder eine Bewertung noch eine Aktion, nennt das aber keinen Verzicht auf eine Antwort';
    case 'two-ways':
      return `${fault.citation} soll in zwei Richtungen weisen`;
    case 'input':
      return 'seine Eingabe passt nicht zu dem, was der Agent annimmt';
    case 'no-tool':
      return `${fault.agent} hat das Werkzeug ${quoted(fault.words)} nicht`;
    case 'no-recommendation':
      return `${fault.agent} kann ${quoted(fault.words)} nicht empfehlen`;
    case 'id-twice':
      return 'ein anderer Fall heißt genauso';
  }
}

/** Why a case of that name cannot be right, in a sentence. */
export const caseFaultSentence = (id: string, fault: CaseFault, language: Language = 'en'): string =>
  language === 'de'
    ? `Der Prüffall „${id}“ kann nicht stimmen: ${german(fault)}.`
    : `The case "${id}" cannot be right: ${english(fault)}.`;
