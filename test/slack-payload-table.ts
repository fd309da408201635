/**
 * The 78 requests of `../shared/data/slack-payloads` and what each must come to. They are other apps' requests, so none may
 * change anything; what differs is how politely they are turned away. In the test, three of their workspaces are
 * ours (T123, T111, T9TK3CUKW) and everyone in them is unknown.
 *
 * Exported for `bot/slack/payloads.test.ts`. 400: signed, but no request that Slack sends. 200: acknowledged. `told`: the person reads a sentence. `refused`: one
 * ledger entry of a refusal in that workspace's tenant. `challenge`: the answer is the challenge.
 */
export interface Expected {
  readonly status: 200 | 400;
  readonly told?: 'response' | 'ephemeral';
  readonly refused?: 1;
  readonly challenge?: true;
  /** Slack's Web API hears nothing of it. */
  readonly quiet?: true;
}

const MALFORMED: Expected = { status: 400, quiet: true };
/** A kind that we have no use for, or an event that is none of ours. */
const IGNORED: Expected = { status: 200, quiet: true };
/** Somebody took our access away, it says: Slack is asked whether our token works still. It does, so nothing is done. */
const ASKED: Expected = { status: 200 };
/** From a workspace that is nobody's: no tenant, so no ledger, and no token to whisper with. */
const NOBODYS: Expected = { status: 200, quiet: true };
/** A form from a workspace that is nobody's: Slack shows the answer in the form itself. */
const NOBODYS_FORM: Expected = { status: 200, told: 'response' };
/** From a workspace of ours, by somebody whom nobody linked. */
const UNLINKED: Expected = { status: 200, told: 'ephemeral', refused: 1 };
const UNLINKED_FORM: Expected = { status: 200, told: 'response', refused: 1 };

export const PAYLOADS: Readonly<Record<string, Expected>> = {
  // Parts of answers or of views that are no request at all.
  'None.BlockSuggestionResponseTest.json.json': MALFORMED,
  'None.ViewSubmissionPayloadTest.jsonData.json': MALFORMED,
  'modal.AckTest.viewAsString.json': MALFORMED,
  'nonsense.InvalidPayloadPatternTest.requestBody.json': MALFORMED,
  // An event without its envelope names no workspace and cannot be told from a repetition.
  'app_home_opened.EventTypeExtractorImplTest.appHomeOpened.json': MALFORMED,
  'message.EventTypeExtractorImplTest.botMessage.json': MALFORMED,

  'block_actions.AppConfigTest.blockActionsPayload.json': UNLINKED,
  'block_actions.BlockActionPayloadTest.json.json': UNLINKED,
  'block_actions.BlockActionPayloadTest.jsonData.json': UNLINKED,
  'block_actions.BlockActionPayloadTest.jsonInThread.json': UNLINKED,
  'block_actions.BlockActionPayloadTest.jsonInteractionsFromRemoteFunction.json': NOBODYS,
  'block_actions.BlockActionPayloadTest.jsonWithConfirm.json': NOBODYS,
  'block_actions.BlockActionPayloadTest.jsonWithState.json': UNLINKED,
  'block_actions.BlockActionRequestTest.orgWideInstallationPayload.json': NOBODYS,
  'block_actions.BlockActionRequestTest.payload.json': UNLINKED,
  'block_actions.BlockActionTest.realPayload.json': UNLINKED,
  'block_actions.PayloadTypeDetectorTest.blockActionJson.json': UNLINKED,
  'block_actions.RemoteFunctionTest.actionPayload.json': NOBODYS,

  'block_suggestion.BlockSuggestionPayloadTest.json.json': IGNORED,
  'block_suggestion.BlockSuggestionTest.realPayload.json': IGNORED,
  'block_suggestion.InvalidPayloadPatternTest.validPayload.json': IGNORED,
  'dialog_cancellation.DialogCancellationPayloadTest.JSON.json': IGNORED,
  'dialog_cancellation.DialogCancellationTest.realPayload.json': IGNORED,
  'dialog_submission.DialogSubmissionPayloadTest.JSON.json': IGNORED,
  'dialog_submission.DialogSubmissionTest.realPayload.json': IGNORED,
  'dialog_suggestion.DialogSuggestionPayloadTest.JSON.json': IGNORED,
  'dialog_suggestion.DialogSuggestionTest.realPayload.json': IGNORED,
  'interactive_message.AttachmentActionPayloadTest.json.json': IGNORED,
  'interactive_message.AttachmentActionTest.realPayload.json': IGNORED,
  'interactive_message.PayloadTypeDetectorTest.attachmentActionPayload.json': IGNORED,
  'workflow_step_edit.WorkflowStepTest.editPayload.json': IGNORED,

  // A mention is a command; from outside (a shared channel, an unknown workspace) it is none.
  'event_callback-app_mention.EventInSharedChannelsTest.appMentionPayload.json': NOBODYS,
  'event_callback-app_mention.EventRequestTest.appMentionPayload.json': UNLINKED,
  'event_callback-app_mention.EventRequestTest.appMentionPayloadInSlackConnect.json': NOBODYS,
  'event_callback-app_mention.EventRequestTest.appMentionPayloadWithSubtype.json': IGNORED,
  'event_callback-app_mention.EventTest.appMentionPayload.json': UNLINKED,
  'event_callback-app_mention.EventTest.appMentionPayload2.json': IGNORED,
  'event_callback-app_home_opened.JsonPayloadExtractorTest.requestBody.json': IGNORED,
  'event_callback-app_uninstalled.EventUninstallationTest.appUninstalledEvent.json': ASKED,
  'event_callback-function_executed.RemoteFunctionTest.eventPayload.json': IGNORED,
  'event_callback-goodbye.EventTypeDetectorImplTest.payload.json': IGNORED,
  'event_callback-goodbye.EventsDispatcherTest.payload.json': IGNORED,
  'event_callback-message.EventInSharedChannelsTest.messagePayload.json': IGNORED,
  'event_callback-message.EventRequestTest.messagePayload.json': IGNORED,
  'event_callback-message.EventRequestTest.messagePayloadInSlackConnect.json': IGNORED,
  'event_callback-message.EventTest.messagePayload.json': IGNORED,
  'event_callback-message.EventTypeDetectorImplTest.payload.json': IGNORED,
  'event_callback-message.MessageTest.messagePayload.json': IGNORED,
  'event_callback-tokens_revoked.EventRequestTest.userTokenRevokedEvent.json': IGNORED,
  'event_callback-tokens_revoked.EventUninstallationTest.botTokenRevokedEvent.json': ASKED,
  'event_callback-tokens_revoked.EventUninstallationTest.userTokenRevokedEvent.json': IGNORED,

  // Shortcuts of other names.
  'message_action.MessageShortcutPayloadTest.JSON.json': IGNORED,
  'message_action.MessageShortcutPayloadTest.payload_with_files_in_an_attachment.json': IGNORED,
  'message_action.MessageShortcutTest.realPayload.json': IGNORED,
  'shortcut.GlobalShortcutPayloadTest.json.json': IGNORED,
  'shortcut.GlobalShortcutTest.realPayload.json': IGNORED,
  'shortcut.MultiTeamsAuthTestCacheTest.realPayload.json': IGNORED,
  'shortcut.SingleTeamAuthTestCacheTest.realPayload.json': IGNORED,

  // Commands of other names.
  'slash.LegacyRequestVerificationTest.slashCommandPayload.form': IGNORED,
  'slash.SlackSignatureTest.requestBody.form': IGNORED,
  'slash.SlashCommandPayloadTest.body1.form': IGNORED,
  'slash.SlashCommandPayloadTest.body2.form': IGNORED,
  'slash.SlashCommandPayloadTest.orgLevelApp.form': IGNORED,
  'slash.SlashCommandTest.slashCommandPayload.form': IGNORED,

  'url_verification.InvalidPayloadPatternTest.requestBody.json': { status: 200, challenge: true },
  'url_verification.UrlVerificationPayloadTest.json.json': { status: 200, challenge: true },

  'view_closed.ViewClosedPayloadTest.json.json': IGNORED,
  'view_closed.ViewClosedRequestTest.orgWideInstallationPayload.json': IGNORED,
  'view_closed.ViewClosedRequestTest.sharedChannelPayload.json': IGNORED,
  'view_closed.ViewClosedTest.realPayload.json': IGNORED,

  'view_submission.RemoteFunctionTest.viewSubmissionPayload.json': NOBODYS_FORM,
  'view_submission.ViewSubmissionPayloadTest.json.json': NOBODYS_FORM,
  // Installed for a whole organisation: the person's own workspace (T111) says whose it is.
  'view_submission.ViewSubmissionPayloadTest.orgAppPayload.json': UNLINKED_FORM,
  'view_submission.ViewSubmissionRequestTest.nullPayload.json': UNLINKED_FORM,
  'view_submission.ViewSubmissionRequestTest.orgWideInstallationPayload.json': NOBODYS_FORM,
  'view_submission.ViewSubmissionRequestTest.payload.json': UNLINKED_FORM,
  'view_submission.ViewSubmissionRequestTest.sharedChannelPayload.json': NOBODYS_FORM,
  'view_submission.ViewSubmissionTest.realPayload.json': UNLINKED_FORM,
};

/** The workspaces among theirs that the test makes ours. */
export const OUR_WORKSPACES = ['T123', 'T111', 'T9TK3CUKW'] as const;
