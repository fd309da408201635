import type { NotCanonical } from './canonical-json.ts';
import { carriedSentences, LINT_ENGLISH } from './policy-lint-words.ts';
import type { Detail } from './detail.ts';
import { given, saysWhy, type Words } from './words.ts';

const quoted = (detail: Detail, key: string): string => (given(detail, key) ? ` "${detail[key]}"` : '');
const nearest = (detail: Detail): string =>
  given(detail, 'nearest') ? ` Did you mean "${detail['nearest']}"?` : '';
const tally = (detail: Detail): string => `${detail['signed']} of ${detail['needed']}`;

const DECIDED: Readonly<Record<string, string>> = {
  answered: 'answered',
  approved: 'approved',
  declined: 'declined',
  cancelled: 'cancelled',
  undeliverable: 'closed, since it could be delivered to nobody',
  executing: 'approved, and the action is running',
  executed: 'approved and executed',
  failed: 'approved, and the action failed',
  unknown: 'approved, and it is not known whether the action ran',
  compensated: 'approved, executed and then undone',
};

/** Why something approved will not run, where it is not for its time. */
const LAPSED: Readonly<Record<string, string>> = {
  policy_unmet: 'its signatures no longer count',
  preconditions_failed: 'what it relied on has changed',
  not_borne_out: 'the ledger does not say so',
};

/** What keeps a value from being signed, as words that follow its path. */
const NOT_CANONICAL: Readonly<Record<NotCanonical, string>> = {
  surrogate: 'holds half of a surrogate pair',
  'not-nfc': 'is not in Unicode form NFC',
  'not-finite': 'is not a finite number',
  'too-large': 'is an integer beyond 2^53; send it as a string',
  undefined: 'is undefined',
  'no-json-value': 'is not a JSON value',
  'no-form': 'has no canonical form',
  'too-deep': 'is nested too deep',
  'key-not-allowed': 'is a key that is not allowed',
  'key-twice': 'is given twice',
  'no-json': 'is not JSON',
  'too-long': 'is too long',
  nul: 'holds the character NUL',
};
const notCanonical = (d: Detail): string => {
  const said = NOT_CANONICAL[String(d['form']) as NotCanonical] ?? 'cannot be read';
  return `${given(d, 'path') ? d['path'] : 'The value'} ${said}.`;
};

const figure = (value: string | number | undefined): string =>
  typeof value === 'number' ? value.toLocaleString('en-GB') : String(value);

function bounds(d: Detail): string {
  const unit = given(d, 'unit') ? ` ${d['unit']}` : '';
  const [least, most] = [`${figure(d['least'])}${unit}`, `${figure(d['most'])}${unit}`];
  if (!given(d, 'most')) return `It must be ${least} or more.`;
  return given(d, 'least') ? `It must lie between ${least} and ${most}.` : `It must be ${most} or less.`;
}

/** Why, in whole sentences that follow another one. */
const WHYS: Words['whys'] = {
  'answered-before': () => 'It was answered already.',
  'time-passed': () => 'That time has passed.',
  'time-unclear': (d) =>
    `When "${d['said']}" is cannot be told; write e.g. Friday, 4 Dec or 2026-12-04 12:00.`,
  'digest-unclear': () => 'Write e.g. "digest", "digest daily", "digest subscribe weekly" or "digest list".',
  'window-backwards': () => 'It would end before it begins.',
  'window-too-long': () => 'It may last a year at most.',
  'window-unclear': () => 'Say whom and until when, e.g. "delegate @ben until Friday".',
  'no-window': () => 'You have no such delegation.',
  'delegate-self': () => 'You cannot stand in for yourself.',
  'delegate-unknown': (d) =>
    `Nobody here is called "${d['said']}"; name them by their whole name or address.`,
  'delegate-ambiguous': (d) =>
    `"${d['said']}" could be several people (${d['names']}); write the whole name or address.`,
  'delegate-guest': () => 'Guests, external people and deactivated accounts cannot stand in for anyone.',
  'delegate-may-not-sign': (d) => `The roles of ${d['name']} do not allow them to approve anything.`,
  'delegate-overlap': () => 'You have a delegation for that time already; end it first.',
  'delegate-cycle': () => 'They are away then themselves, and it would come back to you.',
  'holds-nul': () => 'One holds the character NUL.',
  'nothing-changed': () => 'Nothing was changed.',
  'needs-new-id': () => 'It needs a new id.',
  'too-many-arguments': (d) => `There are ${d['count']} arguments; a card shows ${d['most']} at most.`,
  'argument-too-long': (d) =>
    `The argument "${d['argument']}" is ${d['count']} characters long; a card shows ${d['most']} at most.`,
  'too-many-bytes': (d) => `The arguments are ${d['count']} bytes in all; a card shows ${d['most']} at most.`,
  'amount-lost': () => 'The amount of this action cannot be told from these arguments any more.',
  'no-policy': () => 'There is none, or it is damaged.',
  'no-input': () => 'Something is missing.',
  'nothing-asked': () => 'No question waits for an answer.',
  'nobody-else': () => 'Nobody else may sign this.',
  'run-over': (d) => `The run has ended already (${d['ended']}).`,
  'grant-unreadable': () => 'What the grant is to allow cannot be read.',
  'grant-too-long': () => 'A grant ends within 366 days.',
  'grant-unseen': () =>
    'This agent, in this version, never asked for that tool, so nobody has seen what would be granted.',
  'grant-needs-sum': () => 'The tool names an amount, so the grant needs a cap on their sum.',
  'policy-damaged': () => 'The new policy is not the one that these arguments describe.',
  'policy-stale': () => 'Another version of the policy came into force meanwhile: start from that one.',
  'version-unreadable': () => 'Which version to go back to cannot be read.',
  'version-stale': () => 'The versions were changed meanwhile: look at "agents" and start from there.',
  'nothing-before': () => 'No other version was active before.',
  'policy-too-long': () => 'So many changes do not fit a card: make them in several steps.',
  'policy-lint': (d) => carriedSentences(d['findings'], LINT_ENGLISH),
  'sum-unread': (d) => `What rule ${d['rule']} sums up could not be read.`,
  'no-threshold': (d) => `Its thresholds say nothing about amounts in ${d['currency']}.`,
  'no-rule': (d) => `No rule covers ${d['tool']} of ${d['agent']}.`,
  'not-canonical': notCanonical,
  'own-action': () => 'A request to change Countersign itself is not edited: decline it, and ask anew.',
  'eval-runs': (d) =>
    `An evaluation of version ${d['version']} goes on already; its card shows how far it is.`,
  'no-cases': (d) => `There are no golden cases for ${d['agent']}.`,
  'cases-wrong': (d) => `The golden cases do not fit version ${d['version']}, so they can mark nothing.`,
  'no-version': (d) => `There is no version "${d['said']}"; there are ${d['known']}.`,
  'run-goes-on': () => 'The run is not over yet.',
  'no-step': (d) => `the run has no step "${d['said']}"; "trace" numbers them.`,
  'input-off': () => 'its input does not fit what the agent takes today.',
  'letter-replayed': () => 'It was tried again already.',
  'letter-discarded': () => 'It was discarded already.',
  'no-priority': () => 'a priority is high, normal or low.',
  'key-reused': () => 'this key was used before, for something else.',
  'no-cursor': () => 'that is no cursor of an earlier page.',
  'no-pages': () => 'Nobody said where browsers reach this installation (COUNTERSIGN_URL).',
  'bodies-dropped': () => 'Parts of it were exported and dropped after their years. They are in the export.',
  'no-checkpoint-yet': () => 'No signed checkpoint covers all of it yet. There is one within a minute.',
  'no-role': (d) => `there is no role "${d['said']}".`,
  'sign-in-unknown': () =>
    'This link is none of ours, or it was used or ran out; “link” in the chat gives a new one.',
  'sign-in-expired': () => 'It took longer than ten minutes; “link” in the chat gives a new link.',
  'sign-in-used': () => 'This sign-in was ended before.',
  'sign-in-other-browser': () => 'It came back in another browser than it began in.',
  'sign-in-declined': () => 'Your directory did not let you in, or you turned back.',
  'sign-in-not-believed': () => 'What came back from your directory could not be verified.',
  'sign-in-not-fresh': () => 'It was not fresh: your directory did not ask you anew.',
  'sign-in-first-passkey': () =>
    'A first passkey is added after a fresh sign-in; “passkeys add” in the chat begins one.',
  'sign-in-away': () => 'Your directory does not answer just now.',
  'sign-in-other-tenant': () => 'You signed in with another organisation than your company.',
  'sign-in-guest': () => 'Guests, external people and deactivated accounts cannot be linked.',
  'sign-in-somebody-else': () => 'You signed in as somebody else than the person who asked for the link.',
  'sign-in-unverified': () =>
    'Your directory vouches for no address of yours: the domain of its address is not verified.',
  'sign-in-nobody': () => 'Nobody of your company is known here by your address.',
  'sign-in-taken': () => 'One of these accounts is linked to another person already.',
  'sign-in-other-account': () => 'Another account of your directory is linked to you already.',
  'sign-in-not-set-up': () => 'Sign-in is not set up in this installation.',
  'sign-in-no-directory': () => 'No Entra tenant is set up for your company.',
  'no-group-source': (d) => `there is no source "${d['said']}"; use entra, app-role or slack.`,
  'no-group': (d) => `"${d['said']}" names no group of that source.`,
  'mapping-there': () => 'This mapping is in force already.',
  'mapping-gone': () => 'This mapping is not in force.',
  'mapping-unreadable': () => 'This is no mapping of a group to a role.',
  'not-a-question': () => 'It asks for a signature, not for an answer.',
  'nobody-may-answer': () => 'Nobody who is asked here may answer.',
  'not-offered': () => 'Please choose one of those that are offered.',
  'yes-or-no': () => 'Please choose yes or no.',
  'not-a-number': () => 'Please write a number, like 12 or 3.5.',
  'not-a-date': () => 'Please write a date like 2026-11-24.',
  'not-an-amount': (d) =>
    `Please write an amount${given(d, 'currency') ? ` in ${d['currency']}` : ''}, like 5,830.00.`,
  'text-too-long': (d) => `Please keep this to ${figure(d['most'])} characters.`,
  'out-of-range': bounds,
  'incident-over': () => 'The incident is over.',
  'incident-acknowledged': () => 'Somebody else has acknowledged it already; its card says who.',
  'nobody-further': () => 'Nobody further up is on call.',
  'silence-too-long': () => 'An incident is silenced for a week at most.',
  'note-empty': () => 'The note is empty.',
  'note-too-long': (d) => `A note has ${figure(d['most'])} characters at most.`,
  'nothing-failed': () => 'Nothing failed since it began that has not been run again.',
  'oncall-unclear': () =>
    'Write e.g. "oncall", "oncall set first @ada, @ben every Monday 09:00" or "oncall override first @ben until Friday".',
  'oncall-nobody': () => 'Nobody would be on call: it names no person and no shift that is still to come.',
  'oncall-too-many': () => 'Those are too many: 50 people in turn, or 800 shifts of a calendar, at most.',
  'oncall-two-at-once': () =>
    'Two of its shifts are at the same time; put the second person on the second rotation.',
  'oncall-stale': () => 'Somebody else changed it meanwhile. Look at "oncall" again.',
  'oncall-left': () => 'Somebody of those is not here any more.',
  'oncall-guest': (d) => `${d['name']} has no account here that counts, and cannot be on call.`,
  'oncall-not-yours': (d) => `${d['name']} works in another team, which is not yours to put on call.`,
  'oncall-none': (d) => `There is no ${d['place'] === 'second' ? 'second' : 'first'} rotation to change.`,
  'oncall-zone': (d) => `There is no time zone "${d['said']}"; write e.g. Europe/London.`,
  'oncall-calendar-rule': () =>
    'An event of it repeats in a way that is not read here: only every day or week, on days of the week.',
  'oncall-whose': (d) =>
    `Whose shift "${d['said']}" is cannot be told: it needs one invited address, or one whole name of somebody here.`,
  'oncall-calendar': () =>
    'This is no iCalendar text: it begins with BEGIN:VCALENDAR and ends with END:VCALENDAR.',
};
const why = saysWhy(WHYS);

/** English: every sentence that a person reads about a refusal, an event or how an approval stands. */
export const ENGLISH: Words = {
  whys: WHYS,
  moment: ({ weekday, day, month, time }) => `${weekday} ${day} ${month}, ${time}`,
  refusals: {
    not_an_approver: (d) =>
      given(d, 'openStage')
        ? `The stage${quoted(d, 'openStage')} signs first, and you are not asked in it.`
        : 'The policy does not ask you to decide this request, or the places you could fill are taken.',
    own_request: () => 'You asked for this yourself, so somebody else has to decide it.',
    editor_alone: () => 'You edited this request, so somebody who did not edit it has to sign as well.',
    already_decided: (d, say) =>
      `This request was already ${DECIDED[String(d['status'])] ?? 'decided'}` +
      `${given(d, 'by') ? ` (${say.name(d['by'])})` : ''}${given(d, 'atMs') ? ` on ${say.time(d['atMs'])}` : ''}. Your click changed nothing.`,
    expired: (d, say) =>
      `The time to decide ran out${given(d, 'atMs') ? ` on ${say.time(d['atMs'])}` : ''}` +
      `${given(d, 'needed') ? `, with ${tally(d)} signatures` : ''}. That is not a decline; nothing ran.`,
    superseded: (d) =>
      `This request was edited, and ${given(d, 'successor') ? `${d['successor']} takes its place` : 'a new one takes its place'}. Your click changed nothing.`,
    digest_mismatch: () => 'What your card showed is not what would run now, so nothing was recorded.',
    identity_unlinked: () => 'This chat account is not linked to anyone here, so nothing was done.',
    identity_ambiguous: () => 'This chat account is linked to more than one person, so nothing was done.',
    guest_or_external: () => 'Guests, external people, bots and deactivated accounts cannot act here.',
    wrong_tenant: () => 'There is no such thing here.',
    agent_paused: (d) =>
      `The agent${quoted(d, 'agent')} is paused, so nothing may start or be signed for it.`,
    tenant_stopped: () => 'Everything is stopped for your company, so nothing may start, be signed or run.',
    step_up_needed: (d) =>
      d['proof'] === 'passkey'
        ? 'The policy asks for your passkey here, so a click alone does not count.'
        : 'The policy asks for a fresh sign-in here, so a click alone does not count.',
    link_over: () => 'This link was used already, or its time is over. Nothing was recorded by it.',
    passkey_refused: () => 'That passkey was not accepted, so nothing was recorded.',
    policy_unreadable: () => 'The policy cannot be read just now, so nothing was recorded.',
    policy_unmet: (d) => `The policy is not met.${why(d)}`,
    reason_needed: () => 'A reason is needed, and yours was empty.',
    delegate_not_allowed: () =>
      'A delegate must be able to decide this anyway and must not be named by the person who asked.',
    break_glass_not_allowed: () =>
      'The policy does not let anybody break the glass here, so nothing was approved.',
    not_asked: () => 'This question is not for you to answer.',
    answer_needed: () => 'This asks for an answer, not for a signature, so nothing was recorded.',
    answer_refused: (d) => `That answer cannot be taken.${why(d)}`,
    not_permitted: (d) => `Your roles do not allow that${given(d, 'verb') ? ` (${d['verb']})` : ''}.`,
    not_found: () => 'There is no such thing here.',
    clock_paused_too_long: () =>
      'Questions have held the clock for 24 hours in all, which is the most they may.',
    arguments_refused: (d) => `These arguments cannot be taken.${why(d)}`,
    arguments_too_long: (d) => `These arguments are longer than a card can show whole.${why(d)}`,
    one_by_one: () => 'This is of high risk or too long, so it is not signed together with others.',
    ledger_unwritable: () => 'The ledger cannot be written just now, so nothing was done.',
    not_confirmed: () => 'Not confirmed, please click again (that is safe).',
    wrong_state: (d) =>
      `That cannot be done ${given(d, 'status') ? `while this is ${DECIDED[String(d['status'])] ?? d['status']}` : 'now'}.${why(d)}`,
    grant_not_allowed: () => 'A standing grant cannot sign for this.',
    lapsed: () => 'This was approved, but not executed in time, so it will not run any more.',
    preconditions_failed: (d) =>
      `What this action relies on has changed since it was approved, so it did not run.${why(d)}`,
    not_borne_out: () => 'What was to run is not what the ledger says was signed, so it did not run.',
    unknown_verb: (d) => `There is no command${quoted(d, 'verb')}.${nearest(d)}`,
    unknown_agent: (d) => `There is no agent${quoted(d, 'agent')}.${nearest(d)}`,
    version_gone: (d) =>
      `${given(d, 'version') ? `Version ${d['version']}` : 'This version'} of ${given(d, 'agent') ? d['agent'] : 'the agent'} is not installed here any more, so nothing was started.`,
    bad_input: (d) => `That cannot be understood${given(d, 'why') ? `:${why(d)}` : '.'}${nearest(d)}`,
    line_full: (d) =>
      `${d['whose'] === 'person' ? 'You have' : 'Your company has'} ${given(d, 'most') ? `${d['most']} runs waiting, which is the most` : 'the most runs waiting'}, so this one was not taken (line_full). ` +
      (given(d, 'minutes')
        ? `Try again in about ${d['minutes']} min.`
        : 'Try again when one of them has begun.'),
    engine_away: (d) => `${given(d, 'engine') ? d['engine'] : 'A part of Countersign'} is away just now.`,
    directory_away: (d) =>
      `Groups could not be read just now: ${d['directory'] === 'slack' ? 'Slack' : 'Microsoft Entra'} does not answer. Nothing was done.`,
    sign_in_refused: (d) => `You were not signed in.${why(d)}`,
  },
  hints: {
    not_an_approver: '"Who may sign" on the card says whom it asks.',
    own_request: 'The card says who may sign.',
    editor_alone: 'The card says who else may sign.',
    already_decided: 'The card shows what came of it.',
    expired: 'Run it again to ask anew, with evidence of now.',
    superseded: 'Please look at the new card.',
    digest_mismatch: 'Please look at the newest card and decide there.',
    identity_unlinked: '“link” links it by a sign-in, where that is set up; an Admin can link it too.',
    identity_ambiguous: 'An Admin can mend that.',
    guest_or_external: 'Use your member account.',
    wrong_tenant: 'Check the id.',
    agent_paused: 'An Admin, or a Manager of its team, can resume it.',
    tenant_stopped: 'A Manager or an Admin can lift that.',
    step_up_needed: 'You get a link of your own to sign with it.',
    link_over: 'Ask for a new one in the chat.',
    passkey_refused: 'Use one that you added here, and ask for a new link in the chat.',
    policy_unreadable: 'Please try again; an Admin should look at the policy.',
    policy_unmet: 'An Admin can look at the policy.',
    reason_needed: 'Say in a few words why.',
    delegate_not_allowed: 'The card says who may sign.',
    break_glass_not_allowed: 'The people named on the card have to sign.',
    not_asked: '"Who may answer" on the card says whom it asks.',
    answer_needed: 'Please press "Answer" on the card.',
    answer_refused: '',
    not_permitted: 'An Admin can change roles; "whoami" shows yours.',
    not_found: 'Check the id.',
    clock_paused_too_long: 'Decide, or decline with a reason.',
    arguments_refused: 'Change them and try again.',
    arguments_too_long: 'Sign where the whole request can be read; an edit has to be shorter.',
    one_by_one: 'Please open it by itself.',
    ledger_unwritable: 'Please click again in a moment (that is safe).',
    not_confirmed: '',
    wrong_state: 'The card shows how it stands.',
    grant_not_allowed: 'A person has to sign.',
    lapsed: 'Run it again to ask anew.',
    preconditions_failed: 'Run it again to ask anew, with evidence of now.',
    not_borne_out: 'An Admin has to look into it: the database was changed by another way than Countersign.',
    unknown_verb: '"help" lists them all.',
    unknown_agent: '"help" lists them all.',
    version_gone: '"agents" shows the versions; an Admin can have another one set.',
    bad_input: 'Type "help" and the verb for an example.',
    line_full: '"runs" shows how they stand.',
    engine_away: 'Signatures are still accepted and nothing is lost; please try again in a moment.',
    directory_away: 'Please try again in a moment (that is safe).',
    sign_in_refused: 'Nothing was changed.',
  },
  happenings: {
    asked: (d) => `Asked for ${d['needed']} signature${d['needed'] === 1 ? '' : 's'}.`,
    signed: (d) => `Signed, ${tally(d)}.`,
    approved: (d) => `Signed, ${tally(d)}: approved.`,
    declined: () => 'Declined.',
    answered: () => 'Answered; the run goes on.',
    edited: (d) => `Edited; ${d['successor']} takes its place and earlier signatures no longer count.`,
    'question-asked': () => 'Asked a question; the clock waits for the answer.',
    'question-answered': () => 'Answered a question.',
    delegated: () => 'Asked somebody else to decide instead.',
    snoozed: (d, say) =>
      given(d, 'untilMs')
        ? `Snoozed until ${say.time(d['untilMs'])}: no reminders until then; the deadline stays.`
        : 'Snoozed for one reader; the deadline stays.',
    'snooze-ended': () => 'A snooze ended; its reader was reminded.',
    'break-glass': () => 'Approved by an Admin alone, by break-glass.',
    granted: () => 'Approved by a standing grant.',
    cancelled: () => 'Cancelled.',
    undeliverable: () => 'Could be delivered to nobody who may sign.',
    reminded: () => 'Reminded those who are asked.',
    escalated: () => 'Escalated to the senior group.',
    expired: (d) =>
      !given(d, 'needed')
        ? 'Expired without an answer.'
        : `Expired with ${tally(d)} signatures; nobody declined.`,
    lapsed: ({ reason = '' }) => `Lapsed: approved, but ${LAPSED[reason] ?? 'not executed in time'}.`,
    'execution-begun': () => 'The action begins.',
    'execution-retried': (d) => `The action is tried again, attempt ${d['attempts']}.`,
    executed: () => 'The action was executed.',
    failed: () => 'The action failed.',
    unknown: () => 'It is not known whether the action ran; a person decides.',
    compensated: () => 'The action was undone.',
    'nothing-due': () => 'Nothing was due.',
    'recorded-before': () => 'This was recorded before; it counts once.',
  },
  standings: {
    pending: {
      words: (d) => `Waiting for ${d['missing']} more signature${d['missing'] === 1 ? '' : 's'}`,
      note: '',
      next: '',
    },
    'waiting-for-answer': {
      words: (d) =>
        `Waiting for an answer, then ${d['missing']} more signature${d['missing'] === 1 ? '' : 's'}`,
      note: 'The clock is held',
      next: '',
    },
    'question-open': { words: () => 'Waiting for an answer', note: 'The run waits for it', next: '' },
    answered: {
      words: (d, say) => `Answered by ${say.name(d['by'])}`,
      note: 'The run goes on with it',
      next: '',
    },
    'question-expired': {
      words: () => 'Expired without an answer',
      note: 'The run goes on without it',
      next: '',
    },
    approved: { words: (d) => `${d['approved']}, not executed yet`, note: 'Nothing ran yet', next: '' },
    executing: { words: (d) => `${d['approved']}, executing now`, note: '', next: '' },
    executed: { words: (d) => `${d['approved']}, then executed`, note: 'Ran once', next: '' },
    failed: {
      words: (d) => `${d['approved']}, but the action failed`,
      note: 'The system refused it',
      next: 'Run it again to ask anew.',
    },
    unknown: {
      words: (d) => `${d['approved']}, but it is not known whether the action ran`,
      note: 'It is not tried again',
      next: 'Look in the system itself, then record what you found.',
    },
    compensated: {
      words: (d) => `${d['approved']}, executed, then undone`,
      note: 'Undone',
      next: '',
    },
    declined: {
      words: (d, say) => `Declined by ${say.name(d['by'])}`,
      note: 'Nothing ran',
      next: '',
    },
    expired: {
      words: (d) => `Expired with ${tally(d)} · not a decline`,
      note: 'Nothing ran',
      next: 'Run it again to ask anew, with evidence of now.',
    },
    cancelled: {
      words: (d, say) => (given(d, 'by') ? `Cancelled by ${say.name(d['by'])}` : 'Cancelled'),
      note: 'Nothing ran',
      next: '',
    },
    superseded: {
      words: () => 'Replaced by an edit',
      note: 'Signatures on it no longer count',
      next: 'Decide on the new card.',
    },
    undeliverable: {
      words: () => 'Could not be delivered to anyone who may sign',
      note: 'Nothing ran',
      next: 'An Admin should look at where approvals go.',
    },
    'lapsed-in-time': {
      words: (d) => `${d['approved']}, but not executed in time`,
      note: 'Nothing ran',
      next: 'Run it again to ask anew.',
    },
    'lapsed-signatures': {
      words: (d) => `${d['approved']}, but its signatures no longer count`,
      note: 'Nothing ran · a signer or the policy changed',
      next: 'Run it again to ask anew.',
    },
    'lapsed-record': {
      words: (d) => `${d['approved']}, but the ledger does not say so`,
      note: 'Nothing ran',
      next: 'An Admin has to look into it: the database was changed by another way than Countersign.',
    },
    'lapsed-preconditions': {
      words: (d) => `${d['approved']}, but what it relied on has changed`,
      note: 'Nothing ran',
      next: 'Run it again to ask anew, with evidence of now.',
    },
  },
  approvedBy: {
    signatures: 'Approved',
    edit: 'Approved with an edit',
    grant: 'Approved by a grant',
    'break-glass': 'Approved by break-glass',
  },
  risks: { irreversible: 'Cannot be undone', reversible: 'Can be undone', high: 'high risk' },
  escalated: 'escalated',
  somebody: 'somebody else',
};
