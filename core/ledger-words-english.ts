import type { LedgerWords } from './ledger-words.ts';

/** What the buttons that only show something open. */
const READ: Readonly<Record<string, string>> = {
  open: 'the whole request',
  evidence: 'what the agent read',
  changes: 'what was changed',
};

const chat = (name: string): string => ({ slack: 'Slack', teams: 'Teams' })[name] ?? name;

/** English: what each kind of entry says, in one line. Names only, no markup; text that people typed is shown as typed. */
export const LEDGER_ENGLISH = {
  entries: {
    'tenant.created': ({ said }) => `${said('name')} was set up.`,
    'tenant.exported': ({ said }) =>
      `Everything was exported: ${said('rows')} rows of ${said('tables')} tables.`,
    'tenant.deleting': () => 'The deletion of the company was begun.',
    'slack.link-made': () => 'A link was made by which one Slack workspace may join.',
    'slack.installed': ({ said }) =>
      `The app was installed in the Slack workspace ${said('name')} (${said('workspace')}).`,
    'slack.removed': ({ said }) =>
      `The Slack workspace ${said('workspace')} does not have the app any more (${said('why')}); its tokens were erased.`,
    'teams.registered': ({ said }) =>
      `A bot registration of its own was set up for Microsoft Teams (app ${said('app')}).`,
    'teams.secret-changed': ({ said }) => `The Teams app ${said('app')} got another client secret.`,
    'teams.ended': ({ said }) =>
      `The Teams app ${said('app')} is not used any more, and its secret was erased.`,
    'people.imported': ({ said }) => `${said('people')} people were imported.`,
    'identity.linked': ({ who, said }) =>
      `${who} linked a ${said('platform') === 'slack' ? 'Slack' : 'Microsoft Entra'} account by a sign-in.`,
    'roles.mapped': ({ said }) =>
      `Whoever is in the group ${said('group')} (${said('source')}) has the role ${said('role')}${said('team') === '' ? '' : ` in the team ${said('team')}`} from now on.`,
    'roles.unmapped': ({ said }) =>
      `The group ${said('group')} (${said('source')}) does not give the role ${said('role')}${said('team') === '' ? '' : ` in the team ${said('team')}`} any more.`,
    'admin.bootstrapped': ({ person }) => `${person('person')} was made the first Admin.`,
    'policy.set': ({ said }) => `Policy ${said('policy')} version ${said('version')} came into force.`,
    'intake.limits-set': ({ said }) => `Limits of the line were set: ${said('limits')}`,
    'grant.created': ({ who, said }) =>
      `${who} got the grant ${said('grant')}: ${said('agent')} may use ${said('tool')} within its bounds.`,
    'grant.revoked': ({ who, said }) => `${who} revoked the grant ${said('grant')}.`,
    'version.begun': ({ said }) =>
      `${said('agent')} begins with version ${said('active')} in ${said('environment')}.`,
    'version.set': ({ said }) =>
      `Version ${said('active')} of ${said('agent')} was set in ${said('environment')}${said('next') === '' ? '' : `, with ${said('percent')}% of new runs on ${said('next')}`}.`,
    'version.rolled-back': ({ who, said }) =>
      `${said('agent')} was rolled back to version ${said('active')} in ${said('environment')}, as ${who} asked.`,
    'alerts.channel-set': ({ said }) =>
      `Incidents in ${said('platform')} are told in ${said('channel')} from now on.`,
    'checkpoints.channel-set': ({ said }) =>
      `Checkpoints of the ledger are told in ${said('platform')} in ${said('channel')} from now on.`,
    'incident.opened': ({ said }) =>
      `Incident opened (${said('severity').toUpperCase()}): ${said('rule')}${said('agent') === '' ? '' : `, ${said('agent')}`}.`,
    'incident.rose': ({ said }) => `It got worse: ${said('severity').toUpperCase()}.`,
    'incident.cleared': () => 'The condition cleared.',
    'incident.returned': () => 'The condition is not clear any more.',
    'incident.reopened': () => 'It came back, and the incident opened again.',
    'incident.acknowledged': ({ who }) => `${who} acknowledged the incident.`,
    'incident.escalated': ({ who }) => `${who} asked the next on call.`,
    'incident.silenced': ({ who }) => `${who} silenced the incident.`,
    'incident.silence-ended': () => 'The silence ended.',
    'incident.noted': ({ who }) => `${who} left a note.`,
    'incident.resolved': ({ who }) => `${who} resolved the incident.`,
    'incident.stayed-clear': () => 'It stayed clear, and the incident was over.',
    'eval.started': ({ said }) =>
      `An evaluation of ${said('agent')} ${said('agentVersion')} began: ${said('cases')} golden cases.`,
    'eval.finished': ({ said }) =>
      said('status') === 'done'
        ? `The evaluation of ${said('agent')} ${said('agentVersion')} ended: mean mark ${said('mean')} over ${said('cases')} cases.`
        : `The evaluation of ${said('agent')} ${said('agentVersion')} was given up.`,
    'incident.grew': () => 'There were many more of them.',
    'incident.not-forwarded': () => 'Another system has not taken it.',
    'incident.forwarded': () => 'Another system has taken it after all.',
    'token.created': ({ said, person }) =>
      `${person('person')} got the API token ${said('hint')}…, for ${said('verbs')}, until ${said('expires')}.`,
    'token.revoked': ({ said }) => `The API token ${said('hint')}… was revoked.`,
    'service.created': ({ person }) => `The service account ${person('person')} was made.`,
    'forward.set': ({ said }) => `Incidents go to ${said('kind')} at ${said('url')} from now on.`,
    'forward.ended': () => 'Incidents do not go there any more.',
    'golden-case.accepted': ({ who, body, said }) =>
      `${who} accepted this run as the golden case ${said('case')} of ${said('agent')}${body['edited'] === true ? ', after putting it right' : ''}.`,
    'golden-case.dropped': ({ who }) => `${who} dropped this run as a golden case.`,
    'subject.erased': ({ said }) => `What was personal of somebody was erased: ${said('reason')}`,
    'hold.set': ({ said }) => `A legal hold was set: ${said('reason')}`,
    'hold.lifted': ({ said }) => `A legal hold was lifted: ${said('reason')}`,
    'ledger.month-exported': ({ said }) =>
      `The bodies of ${said('month')} were exported (${said('entries')} entries, SHA-256 ${said('digest')}) and are dropped.`,
    'agent.paused': ({ who, said }) => `${who} paused ${said('agent')}.`,
    'agent.resumed': ({ who, said }) => `${who} resumed ${said('agent')}.`,
    'tenant.stopped': ({ who, said }) => `${who} stopped everything: ${said('reason')}`,
    'tenant.resumed': ({ who }) => `${who} lifted the stop of everything.`,
    'passkey.registered': ({ who, said }) => `${who} added a passkey (${said('passkey')}).`,
    'passkey.removed': ({ who, said }) => `${who} removed a passkey (${said('passkey')}).`,
    'delegation.made': ({ who, person, moment }) =>
      `${who} is away from ${moment('from')} until ${moment('until')}; ${person('to')} is asked as well.`,
    'delegation.ended': ({ who }) => `${who} ended a delegation before its time.`,
    'digest.subscribed': ({ who, said }) =>
      `${who} asked for a ${said('every') === 'day' ? 'daily' : 'weekly'} digest of ${said('team') || 'the whole company'} in ${chat(said('platform'))}.`,
    'digest.unsubscribed': ({ who, said }) =>
      said('why') === 'asked'
        ? `${who} ended a digest.`
        : 'A digest ended, since whoever asked for it may not read it any more.',
    'oncall.set': ({ who, said }) =>
      said('rule') === 'weekly'
        ? `${who} set who is on call ${said('place')} for ${said('team')}: a hand-over every week from ${said('startsOn')} ${said('time')} (${said('timeZone')}) on.`
        : `${who} set who is on call ${said('place')} for ${said('team')} from a calendar: ${said('shifts')} shifts.`,
    'oncall.overridden': ({ who, person, moment }) =>
      `${who} put ${person('person')} on call instead from ${moment('from')} until ${moment('until')}.`,
    'oncall.override-ended': ({ who, person }) =>
      `${who} ended an override before its time: ${person('person')} is not on call by it any more.`,
    'oncall.ended': ({ who, said }) => `${who} ended the rotation that is asked ${said('place')}.`,
    'run.started': ({ who, body, said }) =>
      `${who} asked ${said('agent')} to look at ${said('about')}${body['replayOf'] ? ` again, as in ${said('replayOf')}` : ''}.`,
    'run.replayed': ({ who, body, said }) =>
      `${who} replayed the run as ${said('as')}${body['environment'] === 'sandbox' ? ', in the sandbox' : ''}.`,
    'dead-letter.parked': ({ said }) =>
      `Given up after ${said('tries')} tries (${said('about')}, ${said('cause')}); it waits for somebody to replay or discard it.`,
    'dead-letter.replayed': ({ who, body, said }) =>
      `${who} had a dead letter (${said('about')}) tried again${body['replayRun'] ? ` as ${said('replayRun')}` : ''}.`,
    'dead-letter.discarded': ({ who, said }) =>
      `${who} discarded a dead letter (${said('about')}): ${said('reason')}`,
    'output.rated': ({ who, body, said }) =>
      `${who} gave the output a thumb ${said('thumb')}${body['before'] && body['before'] !== body['thumb'] ? ` instead of ${said('before')}` : ''}${body['word'] ? ', with a word' : ''}.`,
    'run.finished': ({ said }) => `The run ended (${said('status')}). ${said('summary')}`.trim(),
    'run.cancelled': ({ who }) => `${who} cancelled the run.`,
    'tool.called': ({ body, said }) =>
      `Called ${said('tool')}${body['ok'] === false ? ', which failed' : ''}: ${said('label')}`,
    'approval.asked': ({ asksPerson, said }) =>
      asksPerson ? `Asked a person: ${said('title')}` : `Asked for a signature: ${said('title')}.`,
    'approval.answered': ({ who, body, answer }) => `${who} answered: ${answer(body['value'])}`,
    'approval.break-glass': ({ who, said }) =>
      `${who} broke the glass and approved it alone: ${said('reason')}`,
    'review.link-made': ({ who, said }) =>
      `${who} made a link for the person concerned, good for ${said('days')} days.`,
    'review.link-revoked': ({ who }) => `${who} took back the links for the person concerned.`,
    'request.read': ({ who, said }) => `${who} read ${READ[said('what')] ?? 'it'}, page ${said('page')}.`,
    'card.shown': ({ said }) => `Card version ${said('version')} shown in ${chat(said('platform'))}.`,
    'card.failed': ({ said }) =>
      `The card could not be shown in ${chat(said('platform'))}: ${said('failure')}`,
    'chat.trouble': ({ said }) =>
      `${chat(said('platform'))} ${said('conversation') || said('workspace')} takes no cards: ${said('why')}`,
    'chat.recovered': ({ said }) =>
      `${chat(said('platform'))} ${said('conversation') || said('workspace')} takes cards again.`,
    refused: ({ who, said, refusal }) => `Refused ${who} (${said('verb')}): ${refusal}`,
  },
  broken: {
    'no-head': () => 'There is no ledger here by this name, or its head was taken away.',
    missing: ({ seq, is }) => `Entry #${seq} is missing: #${is} comes next.`,
    'missing-end': ({ seq, is }) => `Entry #${seq} is missing: the ledger had ${is}.`,
    'not-following': ({ seq }) => `Entry #${seq} does not follow from the one before it.`,
    'other-end': ({ is }) => `The ledger does not end as its head says (#${is}).`,
    'no-canonical-header': ({ seq }) => `Entry #${seq} has a header that is not in canonical form.`,
    'other-tenant': ({ seq }) => `Entry #${seq} belongs to another tenant.`,
    'other-number': ({ seq, is }) => `Entry #${seq} says that it is #${is}.`,
    'other-hash': ({ seq }) => `Entry #${seq} does not have the hash that is stored with it.`,
    'other-kind': ({ seq }) => `Entry #${seq} is filed under another kind.`,
    'other-subject': ({ seq }) => `Entry #${seq} is filed under another subject.`,
    'other-run': ({ seq }) => `Entry #${seq} is filed under another run.`,
    'other-time': ({ seq }) => `Entry #${seq} is filed under another time.`,
    'no-body': ({ seq }) => `Entry #${seq} has lost its body.`,
    'half-body': ({ seq }) => `Entry #${seq} has lost half of its body.`,
    'short-salt': ({ seq }) => `Entry #${seq} has a salt that is too short.`,
    'other-body': ({ seq }) => `Entry #${seq} has a body that is not the one committed to.`,
    'checkpoint-not-ours': ({ is }) => `The checkpoint at ${is} entries does not carry our signature.`,
    'cosignature-false': ({ seq, is }) =>
      `The checkpoint at ${seq} entries bears a signature of the witness ${is} that is not theirs.`,
    'checkpoint-fork': ({ seq }) => `There are two checkpoints at ${seq} entries that say different things.`,
    'checkpoint-other-root': ({ seq }) =>
      `The first ${seq} entries are not those that the checkpoint was signed over.`,
    'checkpoint-beyond': ({ seq, is }) =>
      `Entry #${seq} is missing: a checkpoint was signed over ${is} entries, so the end was cut off or an older copy restored.`,
    nothing: ({ is }) => `Nothing is recorded about ${is}.`,
  },
  somebody: { first: 'Somebody', within: 'somebody else' },
  erased: 'what was personal in it is erased',
  yes: 'yes',
  no: 'no',
} as const satisfies LedgerWords<string>;

/** The entries that have a sentence of their own. Others say what the machine did. */
export type EntryKind = keyof (typeof LEDGER_ENGLISH)['entries'];
