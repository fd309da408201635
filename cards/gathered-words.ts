import type { Language } from '../core/language.ts';

/** What is said of many things at once, a part of the catalogue. Figures come in as they are to be read. */
export interface GatheredWords {
  /** `what`: what their rule measures. */
  readonly byRule: (agents: string, count: number, what: string) => string;
  readonly byAgent: (agent: string, count: number, alarms: string) => string;
  readonly all: (alarms: string, count: number, agents: string) => string;
  /** How many fire, how many are over, of how many. */
  readonly now: (firing: string, over: string, total: string) => string;
  readonly each: string;
  readonly flood: (firing: string) => string;
  readonly worst: string;
  readonly limit: (value: string, limit: string) => string;
  readonly more: (count: number, more: string) => string;
  readonly pause: (agent: string) => string;
  readonly rollBack: (agent: string, version: string) => string;
  readonly grew: (firing: string) => string;
}

const ENGLISH: GatheredWords = {
  byRule: (agents, count, what) => `${agents} ${count === 1 ? 'agent' : 'agents'}: ${what}`,
  byAgent: (agent, count, alarms) => `${agent}: ${alarms} ${count === 1 ? 'alarm' : 'alarms at once'}`,
  all: (alarms, count, agents) =>
    `${alarms} ${count === 1 ? 'alarm' : 'alarms at once'}, agents concerned: ${agents}`,
  now: (firing, over, total) => `Firing now: ${firing}. Over by themselves: ${over}. In all: ${total}.`,
  each: 'They came together, so they are told together. Each is over by itself, and all of them then end this.',
  flood: (firing) =>
    `A flood: ${firing} at once. Hardly that many things broke; look for the one that they share, below and in what changed. None of them is lost: each is counted, and nobody is sent a message for each.`,
  worst: 'Worst of them',
  limit: (value, limit) => `${value}, limit ${limit}`,
  more: (count, more) => (count === 1 ? 'And one more.' : `And ${more} more.`),
  pause: (agent) => `Pause ${agent}`,
  rollBack: (agent, version) => `Roll back ${agent} → ${version}`,
  grew: (firing) => `There are many more of them: ${firing}`,
};

const GERMAN: GatheredWords = {
  byRule: (agents, count, what) => `${agents} ${count === 1 ? 'Agent' : 'Agenten'}: ${what}`,
  byAgent: (agent, count, alarms) => `${agent}: ${alarms} ${count === 1 ? 'Alarm' : 'Alarme auf einmal'}`,
  all: (alarms, count, agents) =>
    `${alarms} ${count === 1 ? 'Alarm' : 'Alarme auf einmal'}, betroffene Agenten: ${agents}`,
  now: (firing, over, total) =>
    `Gerade schlagen an: ${firing}. Von selbst vorbei: ${over}. Insgesamt: ${total}.`,
  each: 'Sie kamen zusammen, also stehen sie hier zusammen. Jeder geht für sich vorbei; sind es alle, ist auch dies vorbei.',
  flood: (firing) =>
    `Eine Flut: ${firing} auf einmal. Kaum gingen so viele Dinge kaputt; gesucht ist das eine, das sie gemeinsam haben, hier unten und in dem, was sich änderte. Keiner geht verloren: jeder ist gezählt, und für keinen kommt eine eigene Nachricht.`,
  worst: 'Die schlimmsten',
  limit: (value, limit) => `${value}, Grenze ${limit}`,
  more: (count, more) => (count === 1 ? 'Und einer mehr.' : `Und ${more} mehr.`),
  pause: (agent) => `${agent} anhalten`,
  rollBack: (agent, version) => `${agent} zurücksetzen → ${version}`,
  grew: (firing) => `Es sind viel mehr geworden: ${firing}`,
};

export const gatheredWordsIn = (language: Language): GatheredWords => (language === 'de' ? GERMAN : ENGLISH);
