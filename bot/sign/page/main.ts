import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';

/** What our own routes answer (`bot/sign/routes.ts`); every text is put in as text. */
interface Words {
  readonly working: string;
  readonly cancelled: string;
  readonly unable: string;
  readonly done: string;
  readonly notDone: string;
  readonly close: string;
}
interface Fact {
  readonly label: string;
  readonly text: string;
}
interface Told {
  readonly language: string;
  readonly done: boolean;
  readonly text: string;
  readonly words: Words;
}
interface Way {
  readonly kind: 'passkey' | 'sign-in';
  readonly label: string;
}
interface ToSign {
  readonly language: string;
  readonly words: Words;
  readonly ways: readonly Way[];
  readonly options: PublicKeyCredentialRequestOptionsJSON;
  readonly page: {
    readonly title: string;
    readonly ask: string;
    readonly effect: string;
    readonly facts: readonly Fact[];
    readonly warning: string | null;
    readonly why: readonly string[];
    readonly about: readonly Fact[];
    readonly actionDigest: string;
  };
  readonly says: {
    readonly heading: string;
    readonly whole: string;
    readonly why: string;
    readonly signsAs: string;
    readonly digest: string;
    readonly digestMeans: string;
    readonly comment: string;
    readonly typed: string | null;
  };
}
interface ToAdd {
  readonly language: string;
  readonly words: Words;
  readonly ways: readonly Way[];
  readonly options: PublicKeyCredentialCreationOptionsJSON;
  readonly by: PublicKeyCredentialRequestOptionsJSON | null;
  readonly says: {
    readonly heading: string;
    readonly signsAs: string;
    readonly means: string;
    readonly first: string | null;
  };
}

const main = document.querySelector('main') as HTMLElement;
const secret = location.hash.slice(1);

function put<K extends keyof HTMLElementTagNameMap>(
  parent: HTMLElement,
  tag: K,
  words = '',
  look = '',
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.textContent = words;
  if (look !== '') made.className = look;
  parent.append(made);
  return made;
}

function facts(parent: HTMLElement, all: readonly Fact[], look = ''): void {
  const list = put(parent, 'dl', '', look);
  for (const { label, text } of all) {
    const pair = put(list, 'div');
    put(pair, 'dt', label);
    put(pair, 'dd', text);
  }
}

async function post<T>(path: string, more: object = {}): Promise<T | Told> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    credentials: 'omit',
    body: JSON.stringify({ link: secret, ...more }),
  });
  return (await response.json()) as T | Told;
}

const isTold = (said: object): said is Told => 'done' in said;

/** The end of the page, whatever came of it: said aloud, with the focus on it. */
function tell({ language, done, text, words }: Told): void {
  document.documentElement.lang = language;
  main.replaceChildren();
  const heading = put(main, 'h1', done ? words.done : words.notDone);
  document.title = heading.textContent ?? '';
  put(main, 'p', text, `said ${done ? 'done' : 'not'}`);
  put(main, 'p', words.close, 'soft');
  main.ariaBusy = 'false';
  heading.tabIndex = -1;
  heading.focus();
}

/** Buttons, and what becomes of a press; a person who turns back can press again. */
function acts(ways: readonly Way[], words: Words, run: (kind: Way['kind']) => Promise<Told | null>): void {
  const row = put(main, 'div', '', 'acts');
  const said = put(row, 'p', '', 'soft');
  said.role = 'status';
  const buttons = ways.map(({ kind, label }) => {
    const button = put(row, 'button', label);
    button.type = 'button';
    button.dataset['way'] = kind;
    button.addEventListener('click', () => void press(kind));
    return button;
  });
  const busy = (is: boolean): void => buttons.forEach((button) => (button.disabled = is));
  const press = async (kind: Way['kind']): Promise<void> => {
    busy(true);
    said.textContent = words.working;
    try {
      const told = await run(kind);
      if (told !== null) tell(told);
    } catch {
      said.textContent = browserSupportsWebAuthn() ? words.cancelled : words.unable;
      busy(false);
    }
  };
}

function begin({ language }: { readonly language: string }, title: string): void {
  document.documentElement.lang = language;
  document.title = title;
  main.replaceChildren();
  main.ariaBusy = 'false';
}

function showSign(shown: ToSign): void {
  const { page, says, words, ways, options } = shown;
  begin(shown, `${says.heading}: ${page.title}`);
  put(main, 'p', says.heading, 'kicker');
  put(main, 'h1', page.title);
  put(main, 'p', page.ask);
  put(main, 'p', page.effect, 'effect');
  if (page.warning !== null) put(main, 'p', page.warning, 'warning');
  put(main, 'h2', says.whole);
  facts(main, page.facts);
  if (page.why.length > 0) {
    put(main, 'h2', says.why);
    const list = put(main, 'ul');
    for (const line of page.why) put(list, 'li', line);
  }
  if (says.typed !== null) facts(main, [{ label: says.comment, text: says.typed }]);
  put(main, 'h2', says.digest);
  put(main, 'p', (page.actionDigest.match(/.{1,8}/g) ?? []).join(' '), 'digest');
  put(main, 'p', says.digestMeans, 'soft');
  facts(main, page.about, 'about');
  put(main, 'p', says.signsAs);
  acts(ways, words, async (kind) => {
    if (kind === 'passkey') {
      const answer = await startAuthentication({ optionsJSON: options });
      return (await post('/link/sign/passkey', { answer })) as Told;
    }
    const to = await post<{ url: string }>('/link/sign/sign-in');
    if (isTold(to)) return to;
    location.assign(to.url);
    return null;
  });
}

function showAdd(shown: ToAdd): void {
  const { says, words, ways, options, by } = shown;
  begin(shown, says.heading);
  put(main, 'h1', says.heading);
  put(main, 'p', says.signsAs);
  put(main, 'p', says.means);
  if (says.first !== null) put(main, 'p', says.first, 'warning');
  acts(ways, words, async () => {
    const known = by === null ? null : await startAuthentication({ optionsJSON: by });
    const answer = await startRegistration({ optionsJSON: options });
    return (await post('/link/passkey/add', { answer, by: known })) as Told;
  });
}

async function start(): Promise<void> {
  const adds = document.body.dataset['page'] === 'passkey';
  const said = await post<ToSign | ToAdd>(adds ? '/link/passkey/open' : '/link/sign/open');
  if (isTold(said)) return tell(said);
  if (adds) showAdd(said as ToAdd);
  else showSign(said as ToSign);
}

void start();
