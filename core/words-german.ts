import type { NotCanonical } from './canonical-json.ts';
import { carriedSentences, LINT_GERMAN } from './policy-lint-words.ts';
import type { Detail } from './detail.ts';
import { given, saysWhy, type Words } from './words.ts';

const quoted = (detail: Detail, key: string): string => (given(detail, key) ? ` „${detail[key]}“` : '');
const nearest = (detail: Detail): string =>
  given(detail, 'nearest') ? ` Meinten Sie „${detail['nearest']}“?` : '';
const tally = (detail: Detail): string => `${detail['signed']} von ${detail['needed']}`;
const more = (n: string | number | undefined): string =>
  `${n} weitere ${Number(n) === 1 ? 'Unterschrift' : 'Unterschriften'}`;

const DECIDED: Readonly<Record<string, string>> = {
  answered: 'beantwortet',
  approved: 'freigegeben',
  declined: 'abgelehnt',
  cancelled: 'zurückgezogen',
  undeliverable: 'geschlossen, da sie niemandem zugestellt werden konnte',
  executing: 'freigegeben, und die Aktion läuft',
  executed: 'freigegeben und ausgeführt',
  failed: 'freigegeben, und die Aktion ist fehlgeschlagen',
  unknown: 'freigegeben, und es ist unklar, ob die Aktion ausgeführt wurde',
  compensated: 'freigegeben, ausgeführt und dann rückgängig gemacht',
};

const LAPSED: Readonly<Record<string, string>> = {
  policy_unmet: 'die Unterschriften zählen nicht mehr',
  preconditions_failed: 'die Grundlage hat sich geändert',
  not_borne_out: 'das Protokoll sagt es anders',
};

const NOT_CANONICAL: Readonly<Record<NotCanonical, string>> = {
  surrogate: 'enthält ein halbes Zeichen (Surrogat)',
  'not-nfc': 'ist nicht in der Unicode-Form NFC',
  'not-finite': 'ist keine endliche Zahl',
  'too-large': 'ist eine Ganzzahl jenseits von 2^53; senden Sie sie als Text',
  undefined: 'ist nicht angegeben',
  'no-json-value': 'ist kein JSON-Wert',
  'no-form': 'hat keine festgelegte Form',
  'too-deep': 'ist zu tief verschachtelt',
  'key-not-allowed': 'ist ein Schlüssel, der nicht erlaubt ist',
  'key-twice': 'ist doppelt angegeben',
  'no-json': 'ist kein JSON',
  'too-long': 'ist zu lang',
  nul: 'enthält das Zeichen NUL',
};
const notCanonical = (d: Detail): string => {
  const said = NOT_CANONICAL[String(d['form']) as NotCanonical] ?? 'ist nicht lesbar';
  return `${given(d, 'path') ? d['path'] : 'Der Wert'} ${said}.`;
};

const figure = (value: string | number | undefined): string =>
  typeof value === 'number' ? value.toLocaleString('de-DE') : String(value);

function bounds(d: Detail): string {
  const unit = given(d, 'unit') ? ` ${d['unit']}` : '';
  const [least, most] = [`${figure(d['least'])}${unit}`, `${figure(d['most'])}${unit}`];
  if (!given(d, 'most')) return `Es muss ${least} oder mehr sein.`;
  return given(d, 'least')
    ? `Es muss zwischen ${least} und ${most} liegen.`
    : `Es darf höchstens ${most} sein.`;
}

/** Why, in whole sentences that follow another one. */
const WHYS: Words['whys'] = {
  'answered-before': () => 'Sie ist bereits beantwortet.',
  'time-unclear': (d) =>
    `Der Zeitpunkt „${d['said']}“ ist nicht zu verstehen; schreiben Sie z. B. Freitag, 4. Dezember oder 04.12.2026 12:00.`,
  'digest-unclear': () =>
    'Schreiben Sie z. B. „digest“, „digest daily“, „digest subscribe weekly“ oder „digest list“.',
  'window-backwards': () => 'Das Ende läge vor dem Beginn.',
  'window-too-long': () => 'Sie darf höchstens ein Jahr dauern.',
  'window-unclear': () => 'Nennen Sie, wer Sie bis wann vertritt, z. B. „delegate @ben bis Freitag“.',
  'no-window': () => 'Eine solche Vertretung haben Sie nicht.',
  'delegate-self': () => 'Sie können sich nicht selbst vertreten.',
  'delegate-unknown': (d) =>
    `Niemand hier heißt „${d['said']}“; nennen Sie den ganzen Namen oder die Adresse.`,
  'delegate-ambiguous': (d) =>
    `„${d['said']}“ passt auf mehrere (${d['names']}); schreiben Sie den ganzen Namen oder die Adresse.`,
  'delegate-guest': () => 'Gäste, Externe und deaktivierte Konten können niemanden vertreten.',
  'delegate-may-not-sign': (d) => `Die Rollen von ${d['name']} erlauben keine Freigaben.`,
  'delegate-overlap': () => 'Für diese Zeit haben Sie schon eine Vertretung; beenden Sie die zuerst.',
  'delegate-cycle': () => 'Die Vertretung ist dann selbst abwesend, und es käme zu Ihnen zurück.',
  'time-passed': () => 'Dieser Zeitpunkt liegt in der Vergangenheit.',
  'holds-nul': () => 'Einer enthält das Zeichen NUL.',
  'nothing-changed': () => 'Es wurde nichts geändert.',
  'needs-new-id': () => 'Eine neue Nummer wird benötigt.',
  'too-many-arguments': (d) => `Es sind ${d['count']} Angaben; eine Karte zeigt höchstens ${d['most']}.`,
  'argument-too-long': (d) =>
    `Die Angabe „${d['argument']}“ hat ${d['count']} Zeichen; eine Karte zeigt höchstens ${d['most']}.`,
  'too-many-bytes': (d) =>
    `Die Angaben umfassen zusammen ${d['count']} Byte; eine Karte zeigt höchstens ${d['most']}.`,
  'amount-lost': () => 'Der Betrag dieser Aktion ist aus diesen Angaben nicht mehr zu erkennen.',
  'no-policy': () => 'Es gibt keine, oder sie ist beschädigt.',
  'no-input': () => 'Es fehlt eine Angabe.',
  'nothing-asked': () => 'Keine Rückfrage wartet auf eine Antwort.',
  'nobody-else': () => 'Niemand sonst darf dies unterschreiben.',
  'run-over': (d) => `Der Lauf ist bereits beendet (${d['ended']}).`,
  'grant-unreadable': () => 'Was die Dauerfreigabe erlauben soll, ist nicht lesbar.',
  'grant-too-long': () => 'Eine Dauerfreigabe endet innerhalb von 366 Tagen.',
  'grant-unseen': () =>
    'Dieser Agent hat in dieser Version nie nach diesem Werkzeug gefragt; niemand hat gesehen, was erlaubt würde.',
  'grant-needs-sum': () =>
    'Das Werkzeug nennt einen Betrag, daher braucht die Dauerfreigabe eine Obergrenze für die Summe.',
  'policy-damaged': () => 'Die neue Richtlinie ist nicht die, die diese Argumente beschreiben.',
  'policy-stale': () => 'Inzwischen gilt eine andere Version der Richtlinie: Gehen Sie von ihr aus.',
  'version-unreadable': () => 'Zu welcher Version zurückgesetzt werden soll, ist nicht lesbar.',
  'version-stale': () =>
    'Die Versionen wurden inzwischen geändert: Sehen Sie unter „agents“ nach und beginnen Sie dort.',
  'nothing-before': () => 'Vorher war keine andere Version aktiv.',
  'policy-too-long': () =>
    'So viele Änderungen passen nicht auf eine Karte: Nehmen Sie sie in mehreren Schritten vor.',
  'policy-lint': (d) => carriedSentences(d['findings'], LINT_GERMAN),
  'sum-unread': (d) => `Was Regel ${d['rule']} zusammenzählt, war nicht lesbar.`,
  'no-threshold': (d) => `Ihre Schwellenwerte sagen nichts über Beträge in ${d['currency']}.`,
  'no-rule': (d) => `Keine Regel gilt für ${d['tool']} von ${d['agent']}.`,
  'not-canonical': notCanonical,
  'own-action': () =>
    'Eine Anfrage, Countersign selbst zu ändern, wird nicht bearbeitet: Lehnen Sie sie ab und fragen Sie neu an.',
  'eval-runs': (d) =>
    `Eine Bewertung der Version ${d['version']} läuft schon; ihre Karte zeigt, wie weit sie ist.`,
  'no-cases': (d) => `Für ${d['agent']} gibt es keine Prüffälle.`,
  'cases-wrong': (d) => `Die Prüffälle passen nicht zur Version ${d['version']}; sie können nichts benoten.`,
  'no-version': (d) => `Eine Version „${d['said']}“ gibt es nicht; es gibt ${d['known']}.`,
  'run-goes-on': () => 'Der Lauf ist noch nicht zu Ende.',
  'no-step': (d) => `Der Lauf hat keinen Schritt „${d['said']}“; „trace“ nummeriert sie.`,
  'input-off': () => 'Seine Eingabe passt nicht mehr zu dem, was der Agent heute nimmt.',
  'letter-replayed': () => 'Es wurde bereits erneut versucht.',
  'letter-discarded': () => 'Es wurde bereits verworfen.',
  'no-priority': () => 'Die Priorität ist high (hoch), normal oder low (niedrig).',
  'key-reused': () => 'Dieser Schlüssel wurde schon für etwas anderes benutzt.',
  'no-cursor': () => 'Das ist keine Marke einer früheren Seite.',
  'no-pages': () => 'Es ist nicht gesagt, wo Browser diese Installation erreichen (COUNTERSIGN_URL).',
  'bodies-dropped': () =>
    'Teile davon wurden nach Ablauf der Jahre ausgelagert und gelöscht. Sie liegen im Export.',
  'no-checkpoint-yet': () =>
    'Noch kein signierter Kontrollpunkt deckt alles ab. In einer Minute ist einer da.',
  'no-role': (d) => `Die Rolle „${d['said']}“ gibt es nicht.`,
  'sign-in-unknown': () =>
    'Dieser Link ist keiner von uns, oder er ist benutzt oder abgelaufen; „link“ im Chat gibt einen neuen.',
  'sign-in-expired': () => 'Es hat länger als zehn Minuten gedauert; „link“ im Chat gibt einen neuen Link.',
  'sign-in-used': () => 'Diese Anmeldung ist schon beendet.',
  'sign-in-other-browser': () => 'Sie kam in einem anderen Browser zurück, als sie begonnen hat.',
  'sign-in-declined': () => 'Ihr Verzeichnis hat Sie nicht eingelassen, oder Sie haben abgebrochen.',
  'sign-in-not-believed': () => 'Was Ihr Verzeichnis geantwortet hat, ließ sich nicht prüfen.',
  'sign-in-not-fresh': () => 'Sie war nicht frisch: Ihr Verzeichnis hat Sie nicht erneut gefragt.',
  'sign-in-first-passkey': () =>
    'Ein erster Passkey wird nach einer frischen Anmeldung hinzugefügt; „passkeys add“ im Chat beginnt sie.',
  'sign-in-away': () => 'Ihr Verzeichnis antwortet gerade nicht.',
  'sign-in-other-tenant': () => 'Sie haben sich bei einer anderen Organisation als Ihrer Firma angemeldet.',
  'sign-in-guest': () => 'Gäste, Externe und deaktivierte Konten können nicht verknüpft werden.',
  'sign-in-somebody-else': () =>
    'Sie haben sich als jemand anderes angemeldet als die Person, die den Link verlangt hat.',
  'sign-in-unverified': () =>
    'Ihr Verzeichnis bürgt für keine Ihrer Adressen: Deren Domäne ist nicht bestätigt.',
  'sign-in-nobody': () => 'Unter Ihrer Adresse ist hier niemand aus Ihrer Firma bekannt.',
  'sign-in-taken': () => 'Eines dieser Konten ist schon mit einer anderen Person verknüpft.',
  'sign-in-other-account': () => 'Mit Ihnen ist schon ein anderes Konto Ihres Verzeichnisses verknüpft.',
  'sign-in-not-set-up': () => 'Die Anmeldung ist in dieser Installation nicht eingerichtet.',
  'sign-in-no-directory': () => 'Für Ihre Firma ist kein Entra-Mandant eingerichtet.',
  'no-group-source': (d) =>
    `Die Quelle „${d['said']}“ gibt es nicht; möglich sind entra, app-role und slack.`,
  'no-group': (d) => `„${d['said']}“ bezeichnet keine Gruppe dieser Quelle.`,
  'mapping-there': () => 'Diese Zuordnung gilt schon.',
  'mapping-gone': () => 'Diese Zuordnung gilt nicht.',
  'mapping-unreadable': () => 'Das ist keine Zuordnung einer Gruppe zu einer Rolle.',
  'not-a-question': () => 'Sie bittet um eine Unterschrift, nicht um eine Antwort.',
  'nobody-may-answer': () => 'Niemand, der hier gefragt ist, darf antworten.',
  'not-offered': () => 'Bitte wählen Sie eine der angebotenen Antworten.',
  'yes-or-no': () => 'Bitte wählen Sie Ja oder Nein.',
  'not-a-number': () => 'Bitte geben Sie eine Zahl wie 12 oder 3,5 ein.',
  'not-a-date': () => 'Bitte geben Sie ein Datum wie 24.11.2026 ein.',
  'not-an-amount': (d) =>
    `Bitte geben Sie einen Betrag${given(d, 'currency') ? ` in ${d['currency']}` : ''} wie 5.830,00 ein.`,
  'text-too-long': (d) => `Bitte höchstens ${figure(d['most'])} Zeichen.`,
  'out-of-range': bounds,
  'incident-over': () => 'Der Vorfall ist vorbei.',
  'incident-acknowledged': () => 'Jemand anderes hat schon übernommen; die Karte sagt, wer.',
  'nobody-further': () => 'Weiter oben hat niemand Bereitschaft.',
  'silence-too-long': () => 'Ein Vorfall wird höchstens eine Woche stummgeschaltet.',
  'note-empty': () => 'Die Notiz ist leer.',
  'note-too-long': (d) => `Eine Notiz hat höchstens ${figure(d['most'])} Zeichen.`,
  'nothing-failed': () => 'Seit Beginn ist nichts gescheitert, das nicht schon wiederholt wurde.',
  'oncall-unclear': () =>
    'Schreiben Sie z. B. „oncall“, „oncall set first @ada, @ben every Montag 09:00“ oder „oncall override first @ben until Freitag“.',
  'oncall-nobody': () =>
    'Niemand hätte Bereitschaft: Es ist weder eine Person noch eine kommende Schicht genannt.',
  'oncall-too-many': () =>
    'Das sind zu viele: höchstens 50 Personen im Wechsel oder 800 Schichten eines Kalenders.',
  'oncall-two-at-once': () =>
    'Zwei der Schichten liegen zur selben Zeit; setzen Sie die zweite Person in die zweite Bereitschaft.',
  'oncall-stale': () => 'Jemand hat es inzwischen geändert. Sehen Sie unter „oncall“ noch einmal nach.',
  'oncall-left': () => 'Jemand von ihnen ist nicht mehr hier.',
  'oncall-guest': (d) => `${d['name']} hat hier kein Konto, das zählt, und kann keine Bereitschaft haben.`,
  'oncall-not-yours': (d) =>
    `${d['name']} arbeitet in einem anderen Team, über dessen Bereitschaft Sie nicht bestimmen.`,
  'oncall-none': (d) =>
    `Es gibt keine ${d['place'] === 'second' ? 'zweite' : 'erste'} Bereitschaft, die zu ändern wäre.`,
  'oncall-zone': (d) => `Die Zeitzone „${d['said']}“ gibt es nicht; schreiben Sie z. B. Europe/Berlin.`,
  'oncall-calendar-rule': () =>
    'Ein Termin darin wiederholt sich auf eine Weise, die hier nicht gelesen wird: nur täglich oder wöchentlich, nach Wochentagen.',
  'oncall-whose': (d) =>
    `Wessen Schicht „${d['said']}“ ist, lässt sich nicht sagen: Sie braucht eine eingeladene Adresse oder den ganzen Namen einer Person hier.`,
  'oncall-calendar': () =>
    'Das ist kein iCalendar-Text: Er beginnt mit BEGIN:VCALENDAR und endet mit END:VCALENDAR.',
};
const why = saysWhy(WHYS);

/** German: the same sentences, addressed with "Sie". */
export const GERMAN: Words = {
  whys: WHYS,
  moment: ({ weekday, day, month, time }) =>
    `${weekday.replace(/\.$/, '')}., ${day}. ${/^(Mai|März|Juni|Juli)$/.test(month) ? month : `${month.replace(/\.$/, '')}.`}, ${time}`,
  refusals: {
    not_an_approver: (d) =>
      given(d, 'openStage')
        ? `Zuerst unterschreibt die Stufe${quoted(d, 'openStage')}, und dort sind Sie nicht gefragt.`
        : 'Nach der Richtlinie entscheiden Sie über diese Anfrage nicht, oder alle Plätze, die Sie einnehmen könnten, sind vergeben.',
    own_request: () => 'Sie haben das selbst angefragt, daher muss jemand anderes entscheiden.',
    editor_alone: () =>
      'Sie haben diese Anfrage geändert, daher muss auch jemand unterschreiben, der sie nicht geändert hat.',
    already_decided: (d, say) =>
      `Diese Anfrage wurde bereits ${DECIDED[String(d['status'])] ?? 'entschieden'}` +
      `${given(d, 'by') ? ` (von ${say.name(d['by'])})` : ''}${given(d, 'atMs') ? `: ${say.time(d['atMs'])}` : ''}. Ihr Klick hat nichts geändert.`,
    expired: (d, say) =>
      `Die Frist zur Entscheidung ist abgelaufen${given(d, 'atMs') ? ` (${say.time(d['atMs'])})` : ''}` +
      `${given(d, 'needed') ? `, mit ${tally(d)} Unterschriften` : ''}. Das ist keine Ablehnung; es wurde nichts ausgeführt.`,
    superseded: (d) =>
      `Diese Anfrage wurde geändert, und ${given(d, 'successor') ? `${d['successor']} tritt an ihre Stelle` : 'eine neue tritt an ihre Stelle'}. Ihr Klick hat nichts geändert.`,
    digest_mismatch: () =>
      'Ihre Karte zeigte etwas anderes, als jetzt ausgeführt würde; daher wurde nichts erfasst.',
    identity_unlinked: () =>
      'Dieses Chat-Konto ist hier mit niemandem verknüpft; daher wurde nichts ausgeführt.',
    identity_ambiguous: () =>
      'Dieses Chat-Konto ist mit mehr als einer Person verknüpft; daher wurde nichts ausgeführt.',
    guest_or_external: () => 'Gäste, Externe, Bots und deaktivierte Konten können hier nicht handeln.',
    wrong_tenant: () => 'Das gibt es hier nicht.',
    agent_paused: (d) =>
      `Der Agent${quoted(d, 'agent')} ist angehalten; für ihn kann nichts gestartet oder unterschrieben werden.`,
    tenant_stopped: () =>
      'Für Ihr Unternehmen ist alles angehalten; nichts kann gestartet, unterschrieben oder ausgeführt werden.',
    step_up_needed: (d) =>
      d['proof'] === 'passkey'
        ? 'Die Richtlinie verlangt hier Ihren Passkey; ein Klick allein zählt nicht.'
        : 'Die Richtlinie verlangt hier eine neue Anmeldung; ein Klick allein zählt nicht.',
    link_over: () => 'Dieser Link wurde schon benutzt, oder seine Zeit ist um. Dadurch wurde nichts erfasst.',
    passkey_refused: () => 'Dieser Passkey wurde nicht angenommen; daher wurde nichts erfasst.',
    policy_unreadable: () => 'Die Richtlinie ist gerade nicht lesbar; daher wurde nichts erfasst.',
    policy_unmet: (d) => `Die Richtlinie ist nicht erfüllt.${why(d)}`,
    reason_needed: () => 'Eine Begründung ist nötig, und Ihre war leer.',
    delegate_not_allowed: () =>
      'Die Vertretung muss ohnehin selbst entscheiden dürfen und darf nicht von der anfragenden Person benannt werden.',
    break_glass_not_allowed: () =>
      'Die Richtlinie lässt hier keine Notfallfreigabe zu; daher wurde nichts freigegeben.',
    not_asked: () => 'Diese Frage ist nicht an Sie gerichtet.',
    answer_needed: () => 'Hier ist eine Antwort gefragt, keine Unterschrift; daher wurde nichts erfasst.',
    answer_refused: (d) => `Diese Antwort kann nicht übernommen werden.${why(d)}`,
    not_permitted: (d) => `Ihre Rollen erlauben das nicht${given(d, 'verb') ? ` (${d['verb']})` : ''}.`,
    not_found: () => 'Das gibt es hier nicht.',
    clock_paused_too_long: () =>
      'Rückfragen haben die Frist schon 24 Stunden angehalten; länger ist nicht möglich.',
    arguments_refused: (d) => `Diese Angaben können nicht übernommen werden.${why(d)}`,
    arguments_too_long: (d) =>
      `Diese Angaben sind länger, als eine Karte sie vollständig zeigen kann.${why(d)}`,
    one_by_one: () =>
      'Das hat ein hohes Risiko oder ist zu lang; es wird nicht zusammen mit anderem unterschrieben.',
    ledger_unwritable: () => 'Das Protokoll ist gerade nicht beschreibbar; daher wurde nichts ausgeführt.',
    not_confirmed: () => 'Nicht bestätigt, bitte klicken Sie noch einmal (das ist unbedenklich).',
    wrong_state: (d) =>
      `Das geht ${given(d, 'status') ? `nicht: Die Anfrage ist ${DECIDED[String(d['status'])] ?? d['status']}` : 'jetzt nicht'}.${why(d)}`,
    grant_not_allowed: () => 'Eine Dauerfreigabe kann hierfür nicht unterschreiben.',
    lapsed: () => 'Das wurde freigegeben, aber nicht rechtzeitig ausgeführt; es wird nicht mehr ausgeführt.',
    preconditions_failed: (d) =>
      `Worauf diese Aktion beruht, hat sich seit der Freigabe geändert; daher wurde sie nicht ausgeführt.${why(d)}`,
    not_borne_out: () =>
      'Was ausgeführt werden sollte, ist nicht das, was laut Protokoll unterschrieben wurde; daher wurde es nicht ausgeführt.',
    unknown_verb: (d) => `Den Befehl${quoted(d, 'verb')} gibt es nicht.${nearest(d)}`,
    unknown_agent: (d) => `Den Agenten${quoted(d, 'agent')} gibt es nicht.${nearest(d)}`,
    version_gone: (d) =>
      `${given(d, 'version') ? `Version ${d['version']}` : 'Diese Version'} von ${given(d, 'agent') ? d['agent'] : 'diesem Agenten'} ist hier nicht mehr installiert; es wurde nichts gestartet.`,
    bad_input: (d) => `Das ist nicht zu verstehen${given(d, 'why') ? `:${why(d)}` : '.'}${nearest(d)}`,
    line_full: (d) =>
      `${d['whose'] === 'person' ? 'Von Ihnen warten' : 'In Ihrem Unternehmen warten'} schon ${given(d, 'most') ? `${d['most']} Läufe, mehr` : 'zu viele Läufe, mehr'} dürfen es nicht sein; dieser wurde nicht angenommen (line_full). ` +
      (given(d, 'minutes')
        ? `Versuchen Sie es in etwa ${d['minutes']} Min. wieder.`
        : 'Versuchen Sie es wieder, sobald einer davon begonnen hat.'),
    engine_away: (d) =>
      `${given(d, 'engine') ? d['engine'] : 'Ein Teil von Countersign'} ist gerade nicht erreichbar.`,
    directory_away: (d) =>
      `Gruppen ließen sich gerade nicht lesen: ${d['directory'] === 'slack' ? 'Slack' : 'Microsoft Entra'} antwortet nicht. Nichts wurde ausgeführt.`,
    sign_in_refused: (d) => `Sie wurden nicht angemeldet.${why(d)}`,
  },
  hints: {
    not_an_approver: '„Wer unterschreiben darf“ auf der Karte nennt die Gefragten.',
    own_request: 'Die Karte nennt, wer unterschreiben darf.',
    editor_alone: 'Die Karte nennt, wer noch unterschreiben darf.',
    already_decided: 'Die Karte zeigt das Ergebnis.',
    expired: 'Starten Sie neu, um mit aktuellen Belegen noch einmal zu fragen.',
    superseded: 'Bitte sehen Sie sich die neue Karte an.',
    digest_mismatch: 'Bitte entscheiden Sie auf der neuesten Karte.',
    identity_unlinked:
      '„link“ verknüpft es durch eine Anmeldung, wo sie eingerichtet ist; ein Admin kann es auch.',
    identity_ambiguous: 'Ein Admin kann das berichtigen.',
    guest_or_external: 'Verwenden Sie Ihr Mitgliedskonto.',
    wrong_tenant: 'Prüfen Sie die Nummer.',
    agent_paused: 'Ein Admin oder der Manager seines Teams kann ihn fortsetzen.',
    tenant_stopped: 'Ein Manager oder ein Admin kann das aufheben.',
    step_up_needed: 'Zum Unterschreiben bekommen Sie einen eigenen Link.',
    link_over: 'Holen Sie sich im Chat einen neuen.',
    passkey_refused:
      'Nehmen Sie einen, den Sie hier hinzugefügt haben, und holen Sie sich im Chat einen neuen Link.',
    policy_unreadable: 'Bitte versuchen Sie es erneut; ein Admin sollte die Richtlinie prüfen.',
    policy_unmet: 'Ein Admin kann die Richtlinie prüfen.',
    reason_needed: 'Nennen Sie kurz den Grund.',
    delegate_not_allowed: 'Die Karte nennt, wer unterschreiben darf.',
    break_glass_not_allowed: 'Die auf der Karte genannten Personen müssen unterschreiben.',
    not_asked: '„Wer antworten darf“ auf der Karte nennt die Gefragten.',
    answer_needed: 'Bitte drücken Sie auf der Karte „Antworten“.',
    answer_refused: '',
    not_permitted: 'Ein Admin kann Rollen ändern; „whoami“ zeigt Ihre.',
    not_found: 'Prüfen Sie die Nummer.',
    clock_paused_too_long: 'Entscheiden Sie, oder lehnen Sie mit Begründung ab.',
    arguments_refused: 'Ändern Sie sie und versuchen Sie es erneut.',
    arguments_too_long:
      'Unterschreiben Sie, wo die ganze Anfrage zu lesen ist; eine Änderung muss kürzer sein.',
    one_by_one: 'Bitte öffnen Sie es für sich.',
    ledger_unwritable: 'Bitte klicken Sie gleich noch einmal (das ist unbedenklich).',
    not_confirmed: '',
    wrong_state: 'Die Karte zeigt den Stand.',
    grant_not_allowed: 'Ein Mensch muss unterschreiben.',
    lapsed: 'Starten Sie neu, um noch einmal zu fragen.',
    preconditions_failed: 'Starten Sie neu, um mit aktuellen Belegen noch einmal zu fragen.',
    not_borne_out:
      'Ein Admin muss dem nachgehen: Die Datenbank wurde auf anderem Weg als durch Countersign geändert.',
    unknown_verb: '„help“ zeigt alle.',
    unknown_agent: '„help“ zeigt alle.',
    version_gone: '„agents“ zeigt die Versionen; ein Admin kann eine andere einsetzen lassen.',
    bad_input: 'Geben Sie „help“ und den Befehl ein, um ein Beispiel zu sehen.',
    line_full: '„runs“ zeigt, wie sie stehen.',
    engine_away:
      'Unterschriften werden weiter angenommen, und nichts geht verloren; bitte versuchen Sie es gleich noch einmal.',
    directory_away: 'Bitte versuchen Sie es gleich noch einmal (das ist gefahrlos).',
    sign_in_refused: 'Nichts wurde geändert.',
  },
  happenings: {
    asked: (d) => `Um ${d['needed']} ${d['needed'] === 1 ? 'Unterschrift' : 'Unterschriften'} gebeten.`,
    signed: (d) => `Unterschrieben, ${tally(d)}.`,
    approved: (d) => `Unterschrieben, ${tally(d)}: freigegeben.`,
    declined: () => 'Abgelehnt.',
    answered: () => 'Beantwortet; der Lauf geht weiter.',
    edited: (d) =>
      `Geändert; ${d['successor']} tritt an die Stelle, und frühere Unterschriften zählen nicht mehr.`,
    'question-asked': () => 'Rückfrage gestellt; die Frist ruht bis zur Antwort.',
    'question-answered': () => 'Rückfrage beantwortet.',
    delegated: () => 'Jemand anderes wurde um die Entscheidung gebeten.',
    snoozed: (d, say) =>
      given(d, 'untilMs')
        ? `Zurückgestellt bis ${say.time(d['untilMs'])}: bis dahin keine Erinnerungen; die Frist bleibt.`
        : 'Für eine Person zurückgestellt; die Frist bleibt.',
    'snooze-ended': () => 'Eine Zurückstellung ist zu Ende; die Person wurde erinnert.',
    'break-glass': () => 'Von einem Admin allein freigegeben, als Notfallfreigabe.',
    granted: () => 'Durch eine Dauerfreigabe freigegeben.',
    cancelled: () => 'Zurückgezogen.',
    undeliverable: () => 'Konnte niemandem zugestellt werden, der unterschreiben darf.',
    reminded: () => 'Alle erinnert, die gefragt sind.',
    escalated: () => 'An die nächsthöhere Gruppe eskaliert.',
    expired: (d) =>
      !given(d, 'needed')
        ? 'Ohne Antwort abgelaufen.'
        : `Mit ${tally(d)} Unterschriften abgelaufen; niemand hat abgelehnt.`,
    lapsed: ({ reason = '' }) =>
      `Verfallen: freigegeben, aber ${LAPSED[reason] ?? 'nicht rechtzeitig ausgeführt'}.`,
    'execution-begun': () => 'Die Aktion beginnt.',
    'execution-retried': (d) => `Die Aktion wird erneut versucht, Versuch ${d['attempts']}.`,
    executed: () => 'Die Aktion wurde ausgeführt.',
    failed: () => 'Die Aktion ist fehlgeschlagen.',
    unknown: () => 'Es ist unklar, ob die Aktion ausgeführt wurde; ein Mensch entscheidet.',
    compensated: () => 'Die Aktion wurde rückgängig gemacht.',
    'nothing-due': () => 'Es war nichts fällig.',
    'recorded-before': () => 'Das war bereits erfasst; es zählt einmal.',
  },
  standings: {
    'question-open': { words: () => 'Wartet auf eine Antwort', note: 'Der Lauf wartet darauf', next: '' },
    answered: {
      words: (d, say) => `Beantwortet von ${say.name(d['by'])}`,
      note: 'Der Lauf geht damit weiter',
      next: '',
    },
    'question-expired': {
      words: () => 'Ohne Antwort abgelaufen',
      note: 'Der Lauf geht ohne sie weiter',
      next: '',
    },
    pending: { words: (d) => `Wartet auf ${more(d['missing'])}`, note: '', next: '' },
    'waiting-for-answer': {
      words: (d) => `Wartet auf eine Antwort, dann auf ${more(d['missing'])}`,
      note: 'Die Frist ruht',
      next: '',
    },
    approved: {
      words: (d) => `${d['approved']}, noch nicht ausgeführt`,
      note: 'Noch nichts ausgeführt',
      next: '',
    },
    executing: { words: (d) => `${d['approved']}, wird ausgeführt`, note: '', next: '' },
    executed: { words: (d) => `${d['approved']}, dann ausgeführt`, note: 'Einmal ausgeführt', next: '' },
    failed: {
      words: (d) => `${d['approved']}, aber die Aktion ist fehlgeschlagen`,
      note: 'Das System hat sie abgewiesen',
      next: 'Starten Sie neu, um noch einmal zu fragen.',
    },
    unknown: {
      words: (d) => `${d['approved']}, aber es ist unklar, ob die Aktion ausgeführt wurde`,
      note: 'Sie wird nicht erneut versucht',
      next: 'Sehen Sie im System selbst nach und halten Sie fest, was Sie gefunden haben.',
    },
    compensated: {
      words: (d) => `${d['approved']}, ausgeführt, dann rückgängig gemacht`,
      note: 'Rückgängig gemacht',
      next: '',
    },
    declined: {
      words: (d, say) => `Abgelehnt von ${say.name(d['by'])}`,
      note: 'Nichts ausgeführt',
      next: '',
    },
    expired: {
      words: (d) => `Abgelaufen mit ${tally(d)} · keine Ablehnung`,
      note: 'Nichts ausgeführt',
      next: 'Starten Sie neu, um mit aktuellen Belegen noch einmal zu fragen.',
    },
    cancelled: {
      words: (d, say) => (given(d, 'by') ? `Zurückgezogen von ${say.name(d['by'])}` : 'Zurückgezogen'),
      note: 'Nichts ausgeführt',
      next: '',
    },
    superseded: {
      words: () => 'Durch eine Änderung ersetzt',
      note: 'Unterschriften darauf zählen nicht mehr',
      next: 'Entscheiden Sie auf der neuen Karte.',
    },
    undeliverable: {
      words: () => 'Konnte niemandem zugestellt werden, der unterschreiben darf',
      note: 'Nichts ausgeführt',
      next: 'Ein Admin sollte prüfen, wohin Freigaben gehen.',
    },
    'lapsed-in-time': {
      words: (d) => `${d['approved']}, aber nicht rechtzeitig ausgeführt`,
      note: 'Nichts ausgeführt',
      next: 'Starten Sie neu, um noch einmal zu fragen.',
    },
    'lapsed-signatures': {
      words: (d) => `${d['approved']}, aber die Unterschriften zählen nicht mehr`,
      note: 'Nichts ausgeführt · eine Unterschrift oder die Richtlinie hat sich geändert',
      next: 'Starten Sie neu, um noch einmal zu fragen.',
    },
    'lapsed-record': {
      words: (d) => `${d['approved']}, aber das Protokoll sagt es anders`,
      note: 'Nichts ausgeführt',
      next: 'Ein Admin muss dem nachgehen: Die Datenbank wurde auf anderem Weg als durch Countersign geändert.',
    },
    'lapsed-preconditions': {
      words: (d) => `${d['approved']}, aber die Grundlage hat sich geändert`,
      note: 'Nichts ausgeführt',
      next: 'Starten Sie neu, um mit aktuellen Belegen noch einmal zu fragen.',
    },
  },
  approvedBy: {
    signatures: 'Freigegeben',
    edit: 'Mit Änderung freigegeben',
    grant: 'Durch Dauerfreigabe freigegeben',
    'break-glass': 'Als Notfallfreigabe freigegeben',
  },
  risks: { irreversible: 'Nicht umkehrbar', reversible: 'Umkehrbar', high: 'hohes Risiko' },
  escalated: 'eskaliert',
  somebody: 'jemand anderem',
};
