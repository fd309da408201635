import type { Shift } from '../core/on-call/types.ts';
import type { Person } from '../core/people.ts';
import type { CalendarEvent } from '../platform/on-call/read-calendar.ts';

/** The one person whom an event is about: by an invited address, else by their whole name in its title. */
function whoseShift({ emails, title }: CalendarEvent, everyone: readonly Person[]): Person | null {
  const invited = everyone.filter(({ email }) => emails.includes(email.toLowerCase()));
  const found =
    invited.length > 0
      ? invited
      : everyone.filter(({ name }) => title.toLowerCase().includes(name.toLowerCase()));
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** Every event is somebody's, or none is taken: a shift that is left out would be a gap that nobody sees. */
export function whoseShifts(
  events: readonly CalendarEvent[],
  everyone: readonly Person[],
): { readonly shifts: readonly Shift[]; readonly people: readonly Person[] } | { readonly unclear: string } {
  const people = new Set<Person>();
  const shifts: Shift[] = [];
  for (const event of events) {
    const who = whoseShift(event, everyone);
    if (who === null) return { unclear: event.title };
    people.add(who);
    shifts.push({ person: who.id, fromMs: event.fromMs, untilMs: event.untilMs });
  }
  return { shifts, people: [...people] };
}
