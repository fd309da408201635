import type { EntryKind } from './ledger-words-english.ts';
import type { LedgerWords } from './ledger-words.ts';

type Names = Readonly<Record<string, string>>;

const READ: Names = {
  open: 'die ganze Anfrage',
  evidence: 'was der Agent gelesen hat',
  changes: 'was geändert wurde',
};

const BEREITSCHAFT: Names = { first: 'erste', second: 'zweite' };

/** What waits on the list of dead letters, and why. */
const ABOUT: Names = {
  intake: 'Start eines Laufs',
  signals: 'Nachricht an einen Ablauf',
  deliver: 'Zustellung einer Karte',
  copy: 'Karte',
  run: 'Lauf',
};
const CAUSES: Names = {
  unreadable: 'nicht lesbar',
  'keeps-failing': 'schlägt immer wieder fehl',
  'kills-its-worker': 'reißt seinen Prozess mit',
  'not-shown': 'nicht angezeigt',
  'handed-over': 'an Menschen übergeben',
  'run-failed': 'der Lauf ist gescheitert',
};
const ENDS: Names = {
  done: 'fertig',
  refused: 'an Menschen übergeben',
  failed: 'gescheitert',
  cancelled: 'abgebrochen',
};
const THUMBS: Names = { up: 'hoch', down: 'runter' };

const named = (names: Names, word: string): string => names[word] ?? word;
const chat = (name: string): string => named({ slack: 'Slack', teams: 'Teams' }, name);

/** German. A sentence that is missing here does not compile. */
export const LEDGER_GERMAN: LedgerWords<EntryKind> = {
  entries: {
    'tenant.created': ({ said }) => `${said('name')} wurde eingerichtet.`,
    'tenant.exported': ({ said }) =>
      `Alles wurde exportiert: ${said('rows')} Zeilen aus ${said('tables')} Tabellen.`,
    'tenant.deleting': () => 'Die Löschung der Firma wurde begonnen.',
    'slack.link-made': () => 'Ein Link wurde ausgestellt, mit dem ein Slack-Workspace dazukommen darf.',
    'slack.installed': ({ said }) =>
      `Die App wurde im Slack-Workspace ${said('name')} (${said('workspace')}) installiert.`,
    'slack.removed': ({ said }) =>
      `Der Slack-Workspace ${said('workspace')} hat die App nicht mehr (${said('why')}); seine Tokens wurden gelöscht.`,
    'teams.registered': ({ said }) =>
      `Für Microsoft Teams wurde eine eigene Bot-Registrierung eingerichtet (App ${said('app')}).`,
    'teams.secret-changed': ({ said }) => `Die Teams-App ${said('app')} bekam ein anderes Client Secret.`,
    'teams.ended': ({ said }) =>
      `Die Teams-App ${said('app')} wird nicht mehr benutzt, und ihr Secret wurde gelöscht.`,
    'people.imported': ({ said }) => `Importierte Personen: ${said('people')}.`,
    'identity.linked': ({ who, said }) =>
      `${who} hat durch eine Anmeldung ein Konto von ${said('platform') === 'slack' ? 'Slack' : 'Microsoft Entra'} verknüpft.`,
    'roles.mapped': ({ said }) =>
      `Wer in der Gruppe ${said('group')} (${said('source')}) ist, hat ab jetzt die Rolle ${said('role')}${said('team') === '' ? '' : ` im Team ${said('team')}`}.`,
    'roles.unmapped': ({ said }) =>
      `Die Gruppe ${said('group')} (${said('source')}) gibt die Rolle ${said('role')}${said('team') === '' ? '' : ` im Team ${said('team')}`} nicht mehr.`,
    'admin.bootstrapped': ({ person }) => `Erster Admin wurde ${person('person')}.`,
    'policy.set': ({ said }) =>
      `Die Richtlinie ${said('policy')}, Fassung ${said('version')}, trat in Kraft.`,
    'intake.limits-set': ({ said }) => `Grenzen der Warteschlange wurden gesetzt: ${said('limits')}`,
    'grant.created': ({ who, said }) =>
      `${who} hat die Dauerfreigabe ${said('grant')} bekommen: ${said('agent')} darf ${said('tool')} in ihren Grenzen verwenden.`,
    'grant.revoked': ({ who, said }) => `${who} hat die Dauerfreigabe ${said('grant')} widerrufen.`,
    'version.begun': ({ said }) =>
      `${said('agent')} beginnt mit Version ${said('active')} (${said('environment')}).`,
    'version.set': ({ said }) =>
      `Version ${said('active')} von ${said('agent')} wurde eingesetzt (${said('environment')})${said('next') === '' ? '' : `, mit ${said('percent')} % der neuen Läufe auf ${said('next')}`}.`,
    'version.rolled-back': ({ who, said }) =>
      `${said('agent')} wurde auf Version ${said('active')} zurückgesetzt (${said('environment')}), wie von ${who} erbeten.`,
    'alerts.channel-set': ({ said }) =>
      `Vorfälle werden in ${said('platform')} von jetzt an in ${said('channel')} erzählt.`,
    'checkpoints.channel-set': ({ said }) =>
      `Prüfpunkte des Protokolls stehen in ${said('platform')} von jetzt an in ${said('channel')}.`,
    'incident.opened': ({ said }) =>
      `Vorfall eröffnet (${said('severity').toUpperCase()}): ${said('rule')}${said('agent') === '' ? '' : `, ${said('agent')}`}.`,
    'incident.rose': ({ said }) => `Es wurde schlimmer: ${said('severity').toUpperCase()}.`,
    'incident.cleared': () => 'Der Zustand ist wieder gut.',
    'incident.returned': () => 'Der Zustand ist nicht mehr gut.',
    'incident.reopened': () => 'Es kam zurück, und der Vorfall ist wieder offen.',
    'incident.acknowledged': ({ who }) => `${who} hat den Vorfall übernommen.`,
    'incident.escalated': ({ who }) => `${who} hat die nächste Bereitschaft gefragt.`,
    'incident.silenced': ({ who }) => `${who} hat den Vorfall stummgeschaltet.`,
    'incident.silence-ended': () => 'Die Stille ist vorbei.',
    'incident.noted': ({ who }) => `${who} hat eine Notiz hinterlassen.`,
    'incident.resolved': ({ who }) => `${who} hat den Vorfall beendet.`,
    'incident.stayed-clear': () => 'Es blieb gut, und der Vorfall war vorbei.',
    'eval.started': ({ said }) =>
      `Eine Bewertung von ${said('agent')} ${said('agentVersion')} begann: ${said('cases')} Prüffälle.`,
    'eval.finished': ({ said }) =>
      said('status') === 'done'
        ? `Die Bewertung von ${said('agent')} ${said('agentVersion')} endete: Mittelwert ${said('mean').replace('.', ',')} über ${said('cases')} Fälle.`
        : `Die Bewertung von ${said('agent')} ${said('agentVersion')} wurde aufgegeben.`,
    'incident.grew': () => 'Es wurden viel mehr.',
    'incident.not-forwarded': () => 'Ein anderes System hat ihn nicht angenommen.',
    'incident.forwarded': () => 'Ein anderes System hat ihn nun doch angenommen.',
    'token.created': ({ said, person }) =>
      `${person('person')} hat das API-Token ${said('hint')}… bekommen, für ${said('verbs')}, bis ${said('expires')}.`,
    'token.revoked': ({ said }) => `Das API-Token ${said('hint')}… wurde widerrufen.`,
    'service.created': ({ person }) => `Das Dienstkonto ${person('person')} wurde angelegt.`,
    'forward.set': ({ said }) => `Vorfälle gehen von nun an auch an ${said('kind')}, ${said('url')}.`,
    'forward.ended': () => 'Vorfälle gehen dorthin nicht mehr.',
    'golden-case.accepted': ({ who, body, said }) =>
      `${who} hat diesen Lauf als Prüffall ${said('case')} von ${said('agent')} angenommen${body['edited'] === true ? ', berichtigt' : ''}.`,
    'golden-case.dropped': ({ who }) => `${who} hat diesen Lauf als Prüffall verworfen.`,
    'subject.erased': ({ said }) => `Was von jemandem persönlich war, wurde gelöscht: ${said('reason')}`,
    'hold.set': ({ said }) => `Eine Aufbewahrungspflicht wurde gesetzt: ${said('reason')}`,
    'hold.lifted': ({ said }) => `Eine Aufbewahrungspflicht wurde aufgehoben: ${said('reason')}`,
    'ledger.month-exported': ({ said }) =>
      `Die Inhalte von ${said('month')} wurden ausgelagert (${said('entries')} Einträge, SHA-256 ${said('digest')}) und werden gelöscht.`,
    'agent.paused': ({ who, said }) => `${who} hat ${said('agent')} angehalten.`,
    'agent.resumed': ({ who, said }) => `${who} hat ${said('agent')} fortgesetzt.`,
    'tenant.stopped': ({ who, said }) => `${who} hat alles angehalten: ${said('reason')}`,
    'tenant.resumed': ({ who }) => `${who} hat aufgehoben, dass alles angehalten ist.`,
    'passkey.registered': ({ who, said }) => `${who} hat einen Passkey hinzugefügt (${said('passkey')}).`,
    'passkey.removed': ({ who, said }) => `${who} hat einen Passkey entfernt (${said('passkey')}).`,
    'delegation.made': ({ who, person, moment }) =>
      `${who} ist abwesend (${moment('from')} bis ${moment('until')}); Vertretung: ${person('to')}.`,
    'delegation.ended': ({ who }) => `${who} hat eine Vertretung vorzeitig beendet.`,
    'digest.subscribed': ({ who, said }) =>
      `${who} hat eine ${said('every') === 'day' ? 'tägliche' : 'wöchentliche'} Übersicht (${said('team') || 'ganzes Unternehmen'}) in ${chat(said('platform'))} bestellt.`,
    'digest.unsubscribed': ({ who, said }) =>
      said('why') === 'asked'
        ? `${who} hat eine Übersicht abbestellt.`
        : 'Eine Übersicht wurde beendet, da die Person, die sie bestellt hat, sie nicht mehr lesen darf.',
    'oncall.set': ({ who, said }) =>
      said('rule') === 'weekly'
        ? `${who} hat die ${BEREITSCHAFT[said('place')] ?? said('place')} Bereitschaft für ${said('team')} festgelegt: wöchentliche Übergabe ab ${said('startsOn')} ${said('time')} (${said('timeZone')}).`
        : `${who} hat die ${BEREITSCHAFT[said('place')] ?? said('place')} Bereitschaft für ${said('team')} aus einem Kalender übernommen: ${said('shifts')} Schichten.`,
    'oncall.overridden': ({ who, person, moment }) =>
      `${who} hat stattdessen ${person('person')} von ${moment('from')} bis ${moment('until')} in Bereitschaft gesetzt.`,
    'oncall.override-ended': ({ who, person }) =>
      `${who} hat eine Ausnahme vorzeitig beendet: ${person('person')} hat durch sie keine Bereitschaft mehr.`,
    'oncall.ended': ({ who, said }) =>
      `${who} hat die ${BEREITSCHAFT[said('place')] ?? said('place')} Bereitschaft beendet.`,
    'run.started': ({ who, body, said }) =>
      `${who} hat ${said('agent')} gebeten, ${said('about')} anzusehen${body['replayOf'] ? `, noch einmal wie in ${said('replayOf')}` : ''}.`,
    'run.replayed': ({ who, body, said }) =>
      `${who} hat den Lauf als ${said('as')} wiederholt${body['environment'] === 'sandbox' ? ', in der Sandbox' : ''}.`,
    'dead-letter.parked': ({ said }) =>
      `Aufgegeben nach ${said('tries')} Versuchen (${named(ABOUT, said('about'))}: ${named(CAUSES, said('cause'))}); jemand muss es wiederholen oder verwerfen.`,
    'dead-letter.replayed': ({ who, body, said }) =>
      `${who} hat Unzustellbares (${named(ABOUT, said('about'))}) erneut versuchen lassen${body['replayRun'] ? `, als ${said('replayRun')}` : ''}.`,
    'dead-letter.discarded': ({ who, said }) =>
      `${who} hat Unzustellbares (${named(ABOUT, said('about'))}) verworfen: ${said('reason')}`,
    'output.rated': ({ who, body, said }) =>
      `${who} hat das Ergebnis bewertet: Daumen ${named(THUMBS, said('thumb'))}${body['before'] && body['before'] !== body['thumb'] ? ` statt ${named(THUMBS, said('before'))}` : ''}${body['word'] ? ', mit einem Kommentar' : ''}.`,
    'run.finished': ({ said, recorded }) =>
      `Der Lauf ist zu Ende (${named(ENDS, said('status'))}). ${recorded('summary')}`.trim(),
    'run.cancelled': ({ who }) => `${who} hat den Lauf abgebrochen.`,
    'tool.called': ({ body, said, step }) =>
      `${said('tool')} wurde aufgerufen${body['ok'] === false ? ' und ist fehlgeschlagen' : ''}: ${step('label')}`,
    'approval.asked': ({ asksPerson, said }) =>
      asksPerson
        ? `Einen Menschen gefragt: ${said('title')}`
        : `Um eine Unterschrift gebeten: ${said('title')}.`,
    'approval.answered': ({ who, body, answer }) => `${who} hat geantwortet: ${answer(body['value'])}`,
    'approval.break-glass': ({ who, said }) => `${who} hat allein freigegeben, im Notfall: ${said('reason')}`,
    'review.link-made': ({ who, said }) =>
      `${who} hat einen Link für die betroffene Person erstellt, gültig für ${said('days')} Tage.`,
    'review.link-revoked': ({ who }) => `${who} hat die Links für die betroffene Person zurückgenommen.`,
    'request.read': ({ who, said }) =>
      `${who} hat gelesen: ${READ[said('what')] ?? 'die Anfrage'}, Seite ${said('page')}.`,
    'card.shown': ({ said }) => `Karte in Version ${said('version')} gezeigt in ${chat(said('platform'))}.`,
    'card.failed': ({ said }) =>
      `Die Karte konnte in ${chat(said('platform'))} nicht gezeigt werden: ${said('failure')}`,
    'chat.trouble': ({ said }) =>
      `${chat(said('platform'))} ${said('conversation') || said('workspace')} nimmt keine Karten an: ${said('why')}`,
    'chat.recovered': ({ said }) =>
      `${chat(said('platform'))} ${said('conversation') || said('workspace')} nimmt wieder Karten an.`,
    refused: ({ who, said, refusal }) => `Zurückgewiesen, ${who} (${said('verb')}): ${refusal}`,
  },
  broken: {
    'no-head': () => 'Unter diesem Namen gibt es hier kein Protokoll, oder sein Ende wurde entfernt.',
    missing: ({ seq, is }) => `Eintrag #${seq} fehlt: Als Nächstes kommt #${is}.`,
    'missing-end': ({ seq, is }) => `Eintrag #${seq} fehlt: Das Protokoll hatte ${is}.`,
    'not-following': ({ seq }) => `Eintrag #${seq} folgt nicht auf den davor.`,
    'other-end': ({ is }) => `Das Protokoll endet anders, als vermerkt ist (#${is}).`,
    'no-canonical-header': ({ seq }) => `Der Kopf von Eintrag #${seq} hat nicht die festgelegte Form.`,
    'other-tenant': ({ seq }) => `Eintrag #${seq} gehört einem anderen Unternehmen.`,
    'other-number': ({ seq, is }) => `Eintrag #${seq} nennt sich selbst #${is}.`,
    'other-hash': ({ seq }) => `Eintrag #${seq} hat einen anderen Hash, als zu ihm vermerkt ist.`,
    'other-kind': ({ seq }) => `Eintrag #${seq} ist unter einer anderen Art abgelegt.`,
    'other-subject': ({ seq }) => `Eintrag #${seq} ist zu einem anderen Gegenstand abgelegt.`,
    'other-run': ({ seq }) => `Eintrag #${seq} ist zu einem anderen Lauf abgelegt.`,
    'other-time': ({ seq }) => `Eintrag #${seq} ist unter einer anderen Zeit abgelegt.`,
    'no-body': ({ seq }) => `Der Inhalt von Eintrag #${seq} fehlt.`,
    'half-body': ({ seq }) => `Vom Inhalt von Eintrag #${seq} fehlt die Hälfte.`,
    'short-salt': ({ seq }) => `Das Salz von Eintrag #${seq} ist zu kurz.`,
    'other-body': ({ seq }) => `Der Inhalt von Eintrag #${seq} ist nicht der festgelegte.`,
    'checkpoint-not-ours': ({ is }) => `Der Prüfpunkt bei ${is} Einträgen trägt nicht unsere Unterschrift.`,
    'cosignature-false': ({ seq, is }) =>
      `Der Prüfpunkt bei ${seq} Einträgen trägt eine Unterschrift des Zeugen ${is}, die nicht dessen ist.`,
    'checkpoint-fork': ({ seq }) => `Es gibt zwei Prüfpunkte bei ${seq} Einträgen, die Verschiedenes sagen.`,
    'checkpoint-other-root': ({ seq }) =>
      `Die ersten ${seq} Einträge sind nicht die, über die der Prüfpunkt unterschrieben wurde.`,
    'checkpoint-beyond': ({ seq, is }) =>
      `Eintrag #${seq} fehlt: Ein Prüfpunkt wurde über ${is} Einträge unterschrieben. Das Ende wurde also abgeschnitten oder ein älterer Stand zurückgespielt.`,
    nothing: ({ is }) => `Zu ${is} ist nichts festgehalten.`,
  },
  somebody: { first: 'Jemand', within: 'jemand anderes' },
  erased: 'was darin persönlich war, ist gelöscht',
  yes: 'ja',
  no: 'nein',
};
