export const PERSON_IDS = ['robin', 'ada', 'ben', 'sofia', 'mara', 'ines', 'jonas', 'sam'] as const;
export type CastId = (typeof PERSON_IDS)[number];

/** One of the example insurer's people, as both chats know them. */
export interface CastMember {
  readonly id: CastId;
  readonly name: string;
  /** What they are in the story, e.g. `Requester`. */
  readonly part: string;
  readonly email: string;
  readonly timeZone: string;
  readonly slackUser: string;
  readonly slackHandle: string;
  readonly entraObject: string;
}
