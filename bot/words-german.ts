import { EVERYTHING, type ASK, type SAY } from './words.ts';

/** German, addressed with "Sie". A missing sentence does not compile. */
export const SAY_GERMAN: typeof SAY = {
  recorded: (summary, seq) => `Erfasst. ${summary} Protokoll #${seq}.`,
  unsureRun:
    'Nicht bestätigt. Sehen Sie unter „runs“ nach, bevor Sie neu starten: Vielleicht wurde der Lauf doch erfasst.',
  broken:
    'Bei uns ist etwas schiefgegangen. Nichts, was eine Unterschrift braucht, wurde ausgeführt; bitte versuchen Sie es erneut.',
  tooFast: (seconds) =>
    `Das waren zu viele Anfragen in kurzer Zeit. Nichts wurde getan; bitte versuchen Sie es in ${seconds} s wieder. Unterschriften werden trotzdem angenommen.`,
  slow: 'Das dauert länger, als der Chat auf eine Antwort wartet. Bitte versuchen Sie es gleich noch einmal.',
  runWaits: (run, agent, about, engines) =>
    `Erfasst: ${agent} zu ${about} (${run}). Gerade nicht erreichbar: ${engines}; der Lauf startet danach von selbst.`,
  runInLine: (run, agent, about, standing) =>
    `Erfasst: ${agent} zu ${about} (${run}). ${standing}. Die Karte in diesem Chat zeigt den jeweils neuesten Stand.`,
  ownAsked: (title, approval) =>
    `Angefragt: ${title} (${approval}). Es wirkt, sobald jemand anderes unterschrieben hat.`,
  grantRevoked: (grant) => `Widerrufen. ${grant} unterschreibt nichts mehr.`,
  grantOver: (grant) => `${grant} wurde schon widerrufen.`,
  noneToGrant:
    'Nennen Sie eine Anfrage als Vorlage, z. B. „grants new apr_…“: eine für etwas, das rückgängig zu machen ist.',
  answerByForm:
    'Mehr als eine Rückfrage ist offen. Drücken Sie „Antworten…“ auf der Karte; dort hat jede ihr Feld.',
  answerNothing: 'Bitte beantworten Sie mindestens eine Rückfrage.',
  runCancelled: 'Der Lauf wurde abgebrochen.',
  evalBegun: (id, agent, version, cases, rehearsal) =>
    `${agent} ${version} wird in der Sandbox an ${cases} Prüffällen bewertet (${id}). Die Karte in diesem Chat zählt mit.${rehearsal ? ' Es spielt das Probemodell: Das sagt nichts über ein echtes.' : ''}`,
  and: ' und ',
  done: 'Erfasst',
  notDone: 'Nicht ausgeführt',
  close: 'Schließen',
  oneMoment: 'Einen Moment',
  formComes: 'Das Formular wird geladen.',
  tooLong: 'Zu lang',
  formTooLong: 'Das passt hier nicht in ein Formular.',
  answerTooLong: 'Die Antwort passt nicht in eine Nachricht.',
  answeredBefore: 'Das ist bereits eingegangen. Die Karte zeigt das Ergebnis.',
  nothingRecorded:
    'Nicht bestätigt: Es wurde nichts erfasst. Bitte klicken Sie noch einmal, das ist unbedenklich.',
  onlyPrivately:
    'Die Antwort ist nur für Sie bestimmt, und ich kann Ihnen noch nicht schreiben. Öffnen Sie einen Chat mit mir und fragen Sie dort.',
  sentPrivately: 'In unserem Chat an Sie gesendet.',
  formTooSlow: 'Slack hat das Formular nicht rechtzeitig geöffnet. Bitte klicken Sie noch einmal.',
  formNeedsTrigger: (title, missing) =>
    `${title}: Bitte ergänzen Sie ${missing}, oder verwenden Sie /countersign; das öffnet ein Formular.`,
  reviewQuestion: (title) => `Soll diese Entscheidung geändert werden? ${title}`,
  concernedQuestion: (title) =>
    `Die betroffene Person fragt: Soll diese Entscheidung geändert werden? ${title}`,
  linksRevoked: (n) =>
    n === 0 ? 'Es gab keinen Link dazu, der noch gilt.' : 'Zurückgenommen: Kein Link dazu gilt mehr.',
  reviewWhy: 'Jemand, den sie betrifft, bittet darum.',
  reviewAsked: (approval) =>
    `Menschen sind gefragt, die sie nicht getroffen haben. ${approval} ist die Frage; Antwort und Gründe werden damit festgehalten.`,
  reviewAskedBefore: (approval) => `Um eine Prüfung wurde schon gebeten: ${approval}.`,
  rated: (thumb, seq) => `Erfasst: ${thumb === 'up' ? '👍 gut' : '👎 nicht gut'}. Protokoll #${seq}.`,
  ratedBefore: (thumb) => `Das haben Sie schon gesagt: ${thumb === 'up' ? '👍 gut' : '👎 nicht gut'}.`,
  letterReplayed: (seq) => `Erfasst. Es wird jetzt erneut versucht. Protokoll #${seq}.`,
  letterRunsAgain: (run) => `Erfasst. Es läuft noch einmal, als ${run}.`,
  letterDiscarded: (seq) => `Erfasst. Es bleibt aufbewahrt, als verworfen markiert. Protokoll #${seq}.`,
};

export const ASK_GERMAN: typeof ASK = {
  run: 'Lauf starten',
  agent: { label: 'Agent', placeholder: 'fraud-review' },
  input: { label: 'Worum es geht', placeholder: 'CLM-0847' },
  priority: {
    ...{ label: 'Priorität', hint: 'Ordnet Ihre eigenen Läufe, solange sie warten.' },
    ...{ high: 'Hoch', normal: 'Normal', low: 'Niedrig' },
  },
  cancel: 'Lauf abbrechen',
  pause: 'Agenten anhalten',
  eval: 'Agenten bewerten',
  ready: 'Bereit für den Betrieb?',
  evalVersion: { label: 'Version (leer: die aktive)', placeholder: '1.1.0' },
  review: 'Prüfung erbitten',
  reviewWhy: { label: 'Warum', placeholder: 'Die Rechnung wurde nie gelesen' },
  rollback: 'Agenten zurücksetzen',
  rollbackWhy: { label: 'Warum', placeholder: 'Er zahlt Schäden, deren Unterlagen fehlen' },
  resume: 'Fortsetzen',
  agentOrEverything: {
    label: `Agent, oder „${EVERYTHING}“ nach einem Gesamtstopp`,
    placeholder: 'fraud-review',
  },
  stop: 'Alles anhalten',
  stopReason: { label: 'Warum', placeholder: 'Auszahlungen gehen an ein falsches Konto' },
  trace: 'Ablauf eines Laufs',
  runId: { label: 'Lauf', placeholder: 'run_…' },
  everything: 'Alles: den Gesamtstopp aufheben',
  typeToFind: 'Zum Suchen tippen',
  notListed: (words) => `Nicht in der Liste? Schreiben Sie stattdessen „${words}“ als Befehl.`,
  replayStep: { label: 'Ab Schritt (leer: von Anfang an)', placeholder: '3' },
  discardReason: { label: 'Warum', placeholder: 'Der Schaden wurde zurückgezogen' },
  explain: 'Entscheidung erklären',
  readsTitle: 'Wer es gelesen hat',
  decision: { label: 'Anfrage oder Lauf', placeholder: 'apr_… oder run_…' },
  verify: 'Prüfen',
  verifyId: { label: 'Lauf oder Freigabe', placeholder: 'apr_… oder run_…' },
};

/** What `help` says of each command: what follows the verb, and what it is for. A test holds this to the registry. */
export const HELP_GERMAN: Readonly<Record<string, { readonly takes: string; readonly purpose: string }>> = {
  run: {
    takes: '<Agent> <Eingabe> [--priority high|normal|low]',
    purpose:
      'Startet einen Agenten. Er bewirkt nichts, was nicht jemand unterschrieben hat. Mit --priority low (oder high, für Manager und Admins) ordnet er sich unter Ihre eigenen Läufe ein.',
  },
  runs: {
    takes: '',
    purpose: 'Die neuesten Läufe, die Sie sehen dürfen, und ihr Stand, wartende mit ihrem Platz.',
  },
  oncall: {
    takes:
      '[set [first|second] <wer>, <wer> [every <Tag Zeit>] | override [first|second] <wer> [ab <wann>] bis <wann> | import | end first|second]',
    purpose:
      'Wer gefragt wird, wenn etwas nicht stimmt, jetzt und danach; legt es fest, wochenweise oder aus einem Kalender.',
  },
  ack: {
    takes: '[<Vorfall>]',
    purpose: 'Sie kümmern sich darum: niemand Weiteres wird gefragt. In seinem Faden ohne Nummer.',
  },
  escalate: { takes: '[<Vorfall>]', purpose: 'Fragt jetzt die nächste Bereitschaft, danach die Leitung.' },
  note: {
    takes: '[<Vorfall>] <Text>',
    purpose: 'Hinterlässt Worte zum Vorfall, für alle in seinen Fäden in beiden Chats.',
  },
  silence: {
    takes: '[<Vorfall>] until <wann>',
    purpose: 'Bis dahin wird niemand geweckt, höchstens eine Woche; wird es schlimmer, endet es früher.',
  },
  resolve: {
    takes: '[<Vorfall>]',
    purpose: 'Beendet den Vorfall; er öffnet sich wieder, wenn es zurückkommt oder noch eine Stunde anhält.',
  },
  passkeys: {
    takes: '[add | remove pky_…]',
    purpose:
      'Ihre Passkeys, mit denen Sie unterschreiben, wofür die Richtlinie einen Nachweis verlangt; fügt einen hinzu oder entfernt ihn.',
  },
  trace: {
    takes: '<Lauf>',
    purpose: 'Jeder Schritt eines Laufs: was gelesen wurde, was das Modell tat, was es kostete.',
  },
  digest: {
    takes: '[daily|weekly] [Team] | subscribe [daily|weekly] [Team] | unsubscribe | list',
    purpose:
      'Was die Agenten in der letzten Woche oder am letzten Tag taten, kosteten und erbaten; bestellt kommt es von selbst hierher.',
  },
  replay: {
    takes: '<Lauf> [from <Schritt>]',
    purpose:
      'Wiederholt ihn mit derselben Eingabe; ab einem Schritt in der Sandbox, wo niemand gefragt wird.',
  },
  rate: {
    takes: '<Lauf> [up oder down] [Worte]',
    purpose: 'Sagt, was Sie von einem Ergebnis halten: ein Daumen und, wenn Sie mögen, ein Wort dazu.',
  },
  'dead-letters': {
    takes: '[replay oder discard]',
    purpose:
      'Was nicht verarbeitet werden konnte, warum und seit wann; versucht es erneut oder verwirft es mit Begründung.',
  },
  costs: { takes: '', purpose: 'Was die letzten 7 Tage gekostet haben, nach Tag und nach Agent.' },
  inbox: {
    takes: '',
    purpose: 'Was auf Ihre Unterschrift wartet, was Sie entschieden, Ihre Vertretungen und Dauerfreigaben.',
  },
  delegate: {
    takes: '[@wer [ab <wann>] bis <wann> | end]',
    purpose:
      'Während Sie abwesend sind, wird auch jemand anderes gefragt, der unterschreiben darf; allein: Ihre Vertretungen.',
  },
  cancel: {
    takes: '<Lauf>',
    purpose: 'Beendet einen Lauf und seine Anfragen. Eine begonnene Aktion wird nicht rückgängig gemacht.',
  },
  agents: {
    takes: '',
    purpose: 'Die Agenten: geltende Version, Klasse, wem sie gehören, wie ausgelastet und ob angehalten.',
  },
  eval: {
    takes: '<Agent> [Version]',
    purpose:
      'Spielt jeden Prüffall eines Agenten in der Sandbox und benotet ihn; eine Karte zeigt, wie weit es ist und was herauskam.',
  },
  ready: {
    takes: '<Agent> [Version]',
    purpose:
      'Ist ein Agent bereit für den Betrieb: sieben Punkte, jeder mit seinen Werten und woher sie sind.',
  },
  candidates: {
    takes: '[accept, edit oder drop <Lauf>]',
    purpose:
      'Läufe, die Menschen anders entschieden oder schlecht fanden: einen als Prüffall annehmen, vorher berichtigen oder verwerfen.',
  },
  explain: {
    takes: '<Anfrage oder Lauf> [link [Tage] | revoke]',
    purpose:
      'Was entschieden wurde und warum, in einfachen Worten für die betroffene Person; oder ein Link für sie, mit dem sie um eine Prüfung bitten kann.',
  },
  reads: {
    takes: '[Anfrage oder Lauf]',
    purpose:
      'Wer was aus der Aufzeichnung gelesen hat, das Neueste zuerst: zu einer Anfrage, einem Lauf oder allem.',
  },
  review: {
    takes: '<Anfrage oder Lauf> [warum]',
    purpose:
      'Bittet Menschen, die sie nicht getroffen haben, eine Entscheidung noch einmal anzusehen. Was sie sagen, wird mit Gründen festgehalten.',
  },
  rollback: {
    takes: '<Agent> [warum]',
    purpose:
      'Bittet um die Unterschrift für einen Schritt zurück zur Version davor. Begonnene Läufe behalten ihre.',
  },
  pause: {
    takes: '<Agent>',
    purpose: 'Hält einen Agenten an: Bis er fortgesetzt wird, startet, gilt und läuft für ihn nichts.',
  },
  resume: {
    takes: `<Agent> oder ${EVERYTHING}`,
    purpose:
      'Beendet das Anhalten eines Agenten oder den Gesamtstopp. Was unterschrieben und noch in der Frist ist, läuft dann.',
  },
  stop: {
    takes: '<Grund>',
    purpose:
      'Hält das ganze Unternehmen an: Nichts startet, gilt oder läuft, auch nicht, was schon unterschrieben ist.',
  },
  grants: {
    takes: '[new <Freigabe> oder revoke <Dauerfreigabe>]',
    purpose: 'Was ohne Rückfrage unterschrieben wird: Grenzen, Verbrauch, Ende, wer unterschrieb.',
  },
  policy: {
    takes: '[show <Agent>, simulate <Freigabe> oder change]',
    purpose: 'Wer was unterschreiben muss, seit wann, und was eine frühere Anfrage heute verlangt hätte.',
  },
  roles: {
    takes: '[Rolle] | map|unmap entra|app-role|slack <Gruppe> <Rolle> [Team]',
    purpose:
      'Wer was darf: die Tabelle, nach der jede Anfrage beurteilt wird, und welche Gruppen Rollen geben; map und unmap fragen einen zweiten Admin.',
  },
  link: {
    takes: '',
    purpose: 'Verknüpft dieses Chat-Konto durch eine Anmeldung beim Verzeichnis Ihrer Firma mit Ihnen.',
  },
  verify: {
    takes: '[Lauf oder Freigabe] [receipt]',
    purpose: 'Berechnet das Protokoll neu und sagt, ob es unversehrt ist; receipt gibt den Beleg heraus.',
  },
  whoami: { takes: '', purpose: 'Wer Sie hier sind, mit Team und Rollen.' },
  help: { takes: '[Befehl]', purpose: 'Was Sie hier tun können.' },
};
