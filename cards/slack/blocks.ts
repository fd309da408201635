/**
 * The part of Block Kit that cards use (https://docs.slack.dev/reference/block-kit), narrower than Slack's own types on
 * purpose: no links in texts, broadcasts or raw attachments can even be written down, and no pictures but files
 * that we put into the workspace ourselves.
 */
export interface PlainText {
  type: 'plain_text';
  text: string;
  emoji: false;
}
export interface Mrkdwn {
  type: 'mrkdwn';
  text: string;
}

type Style = { bold?: true; code?: true; strike?: true };

export type RichElement =
  | { type: 'text'; text: string; style?: Style }
  | { type: 'user'; user_id: string }
  | { type: 'date'; timestamp: number; format: string; fallback: string };

export interface RichSection {
  type: 'rich_text_section';
  elements: RichElement[];
}
export interface RichList {
  type: 'rich_text_list';
  style: 'bullet';
  elements: RichSection[];
}
export interface RichPreformatted {
  type: 'rich_text_preformatted';
  elements: { type: 'text'; text: string }[];
}
export interface RichText {
  type: 'rich_text';
  elements: (RichSection | RichList | RichPreformatted)[];
}

export interface Option {
  text: PlainText;
  value: string;
}
export interface Button {
  type: 'button';
  text: PlainText;
  action_id: string;
  value: string;
  style?: 'primary';
}
/** Leads to a page of ours; Slack tells of the click all the same. */
export interface LinkButton {
  type: 'button';
  text: PlainText;
  action_id: string;
  url: string;
  style: 'primary';
}
export interface Overflow {
  type: 'overflow';
  action_id: string;
  options: Option[];
}

export interface Input {
  type: 'input';
  block_id: string;
  label: PlainText;
  optional: boolean;
  hint?: PlainText;
  element:
    | {
        type: 'plain_text_input';
        action_id: string;
        multiline: boolean;
        max_length: number;
        initial_value?: string;
        placeholder?: PlainText;
      }
    | { type: 'checkboxes'; action_id: string; options: Option[] }
    | {
        type: 'users_select';
        action_id: string;
        placeholder?: PlainText;
      }
    | {
        type: 'external_select';
        action_id: string;
        min_query_length: number;
        initial_option?: Option;
        placeholder?: PlainText;
      }
    | {
        type: 'static_select';
        action_id: string;
        options: Option[];
        initial_option?: Option;
        placeholder?: PlainText;
      };
}

export type SlackBlock =
  | { type: 'header'; text: PlainText }
  | { type: 'section'; fields: Mrkdwn[] }
  | { type: 'section'; text: PlainText }
  | { type: 'section'; text: Mrkdwn; accessory: Button }
  | { type: 'context'; elements: Mrkdwn[] }
  | { type: 'divider' }
  | { type: 'image'; slack_file: { id: string }; alt_text: string }
  | { type: 'actions'; elements: (Button | LinkButton | Overflow)[] }
  | RichText;

/** A view for `views.open`. */
export interface SlackModal {
  type: 'modal';
  callback_id: string;
  title: PlainText;
  submit?: PlainText;
  close: PlainText;
  private_metadata: string;
  blocks: (SlackBlock | Input)[];
}

/** A view for `views.publish`: what a person sees when they open the app. */
export interface SlackHome {
  type: 'home';
  blocks: SlackBlock[];
}
