/**
 * What our own workers and workflows write into the record of a run, and how it reads in German. The record is kept in
 * English, as they wrote it; `{}` stands for what they put in. A test holds that none of their sentences is missing here.
 */
export const RECORDED_GERMAN: Readonly<Record<string, string>> = {
  // How a run ended.
  'Finished.': 'Fertig.',
  'Cancelled.': 'Abgebrochen.',
  'The run failed.': 'Der Lauf ist gescheitert.',
  'The run was cancelled.': 'Der Lauf wurde abgebrochen.',
  'The agent could not do this. A person has to look at it.':
    'Der Agent konnte das nicht. Ein Mensch muss es ansehen.',
  'The agent answered twice in a way that cannot be used. Nothing was done; a person has to look at it.':
    'Der Agent hat zweimal unbrauchbar geantwortet. Nichts wurde ausgeführt; ein Mensch muss es ansehen.',
  'The agent did not finish within {} turns. A person has to look at it.':
    'Der Agent wurde in {} Runden nicht fertig. Ein Mensch muss es ansehen.',
  'The pattern "{}" is not built yet.': 'Das Muster „{}“ gibt es noch nicht.',
  'The run could not be finished. Try again later.':
    'Der Lauf konnte nicht beendet werden. Versuchen Sie es später wieder.',
  'A system the agent works with could not be reached. Try again later.':
    'Ein System, mit dem der Agent arbeitet, war nicht erreichbar. Versuchen Sie es später wieder.',
  'The model could not be reached, nor its fallback. Try again later.':
    'Weder das Modell noch sein Ersatz war erreichbar. Versuchen Sie es später wieder.',
  'The step "{}" could not be finished. Try again later.':
    'Der Schritt „{}“ konnte nicht beendet werden. Versuchen Sie es später wieder.',
  "The run's budget of {} would be passed: {} is spent. A person has to look at it.":
    'Das Budget des Laufs von {} würde überschritten: {} sind ausgegeben. Ein Mensch muss es ansehen.',
  "The run's budget of {} tokens would be passed: {} are used. A person has to look at it.":
    'Das Budget des Laufs von {} Tokens würde überschritten: {} sind verbraucht. Ein Mensch muss es ansehen.',
  'This run belongs to {} {}, which is no longer installed. Start a new run.':
    'Dieser Lauf gehört zu {} {}; das ist nicht mehr installiert. Starten Sie einen neuen Lauf.',
  'The model could not be asked: {}.': 'Das Modell konnte nicht gefragt werden: {}.',
  'The run {} is not in the store.': 'Der Lauf {} ist nicht gespeichert.',
  'The approval {} is not in the store.': 'Die Freigabe {} ist nicht gespeichert.',
  "The approval {} is none of this run's.": 'Die Freigabe {} gehört nicht zu diesem Lauf.',
  'The incident {} is not in the store.': 'Der Vorfall {} ist nicht gespeichert.',
  'The evaluation {} is not in the store.': 'Die Bewertung {} ist nicht gespeichert.',
  'The call to make is not in the conversation.': 'Der Aufruf steht nicht im Gesprächsverlauf.',
  'The step to replay from is not in the record of {}.':
    'Der Schritt, ab dem wiederholt werden soll, steht nicht in der Aufzeichnung von {}.',
  'The input does not fit what {} takes.': 'Die Eingabe passt nicht zu dem, was {} nimmt.',
  'Hand in your assessment with {} before you answer.': 'Vor der Antwort fehlt die Einschätzung mit {}.',
  'The assessment does not fit its schema.': 'Die Einschätzung hat nicht die verlangte Form.',
  'A citation was never read.': 'Ein zitierter Beleg wurde nie gelesen.',
  'The answer or assessment holds personal data ({}). Give both again without it.':
    'Die Antwort oder Einschätzung enthält personenbezogene Daten ({}).',
  // What came of an action.
  'Nothing was done: {}': 'Nichts wurde ausgeführt: {}',
  'The call was begun, and its end is not known.': 'Der Aufruf wurde begonnen; sein Ende ist unbekannt.',
  'The call was begun. The ledger does not say what would be called now, so it was not made again.':
    'Der Aufruf wurde begonnen. Das Protokoll sagt nicht, was jetzt aufgerufen würde; er wurde nicht wiederholt.',
  'The call was made, and whether it took effect is not known.':
    'Der Aufruf erfolgte; ob er gewirkt hat, ist unbekannt.',
  'The system confirmed it without a summary.': 'Das System hat es ohne weitere Angaben bestätigt.',
  'Found by its correlation id.': 'Über die Vorgangsnummer gefunden.',
  'The grant {} signs from now on.': 'Die Dauerfreigabe {} unterschreibt ab jetzt.',
  'Policy {} version {} is in force for {}.': 'Die Richtlinie {}, Fassung {}, gilt jetzt für {}.',
  'The group {} ({}) gives the role {} from now on.': 'Die Gruppe {} ({}) gibt ab jetzt die Rolle {}.',
  'The group {} ({}) does not give the role {} any more.': 'Die Gruppe {} ({}) gibt die Rolle {} nicht mehr.',
  'New runs of {} are played by {} again.': 'Neue Läufe von {} spielt wieder {}.',
};

/** What the steps of a trace are called. */
export const STEPS_GERMAN: Readonly<Record<string, string>> = {
  pass: 'bestanden',
  'pass, {} of {} citations': 'bestanden, {} von {} Belegen',
  '{} of {} citations exist': '{} von {} Belegen gibt es',
  'no assessment': 'keine Einschätzung',
  'assessment off schema': 'Einschätzung passt nicht zum Schema',
  'input off schema': 'Eingabe passt nicht zum Schema',
  'holds {}': 'enthält {}',
  'withheld {}': 'zurückgehalten: {}',
  answers: 'antwortet',
  'cut off': 'abgeschnitten',
  'asks for {} tools': 'fragt nach {} Werkzeugen',
  'asks for {}': 'fragt nach {}',
  'asks people to sign': 'bittet um Unterschriften',
  'asks a person': 'fragt einen Menschen',
  scored: 'bewertet',
  'ran, as signed': 'ausgeführt wie unterschrieben',
  'sandbox: recorded, not run': 'Sandbox: aufgezeichnet, nicht ausgeführt',
  'sandbox: nobody was asked': 'Sandbox: niemand wurde gefragt',
  'answer not usable': 'Antwort unbrauchbar',
  '{} sources': '{} Quellen',
  refused: 'abgelehnt',
  'said-no': 'nein gesagt',
  away: 'nicht erreichbar',
  'in-doubt': 'ungewiss',
};
