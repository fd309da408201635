import { closest } from 'fastest-levenshtein';
import { helpCard } from '../../cards/help-card.ts';
import type { Command } from '../command.ts';
import { mayAtAll } from '../rights.ts';
import { helpIn } from '../languages.ts';
import { refusal } from '../words.ts';

export const help: Command = {
  name: 'help',
  takes: '[verb]',
  purpose: 'What you can do here.',
  example: 'help run',
  permission: 'help',
  run: async (context) => {
    const topic = context.request.words.trim().toLowerCase() || null;
    const { commands } = context;
    const { language } = context.person;
    const mine = commands.filter((command) => mayAtAll(context, command.permission));
    const chosen = topic === null ? mine : commands.filter(({ name }) => name === topic);
    if (chosen.length === 0) {
      const nearest = closest(
        topic ?? '',
        mine.map(({ name }) => name),
      );
      return { refusal: refusal('unknown_verb', { verb: (topic ?? '').slice(0, 40), nearest }) };
    }
    const card = helpCard(
      {
        topic,
        commands: chosen.map((command) => {
          const { takes, purpose } = helpIn(language, command);
          const usage = topic === null ? `${command.name} ${takes}`.trim() : command.example;
          return { verb: command.name, usage, purpose };
        }),
        agents: context.agents.map(({ name, purpose }) => ({ name, purpose })),
        rehearsal: context.rehearsal,
      },
      language,
    );
    return { kind: 'card', done: true, audience: 'private', card };
  },
};
