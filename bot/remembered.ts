import type { CopyId } from '../core/ids.ts';

/**
 * The messages that copies are known to hang on, of this process's own doing, so that a click on one of them costs no
 * question to Postgres. Only a saving: what is not in here is looked up.
 */
export class Remembered {
  private readonly messages = new Map<CopyId, string>();
  private readonly max: number;

  constructor(max = 20_000) {
    this.max = max;
  }

  knows(copy: CopyId, message: string): boolean {
    return this.messages.get(copy) === message;
  }

  note(copy: CopyId, message: string): void {
    this.messages.delete(copy);
    this.messages.set(copy, message);
    if (this.messages.size <= this.max) return;
    const oldest = this.messages.keys().next();
    if (!oldest.done) this.messages.delete(oldest.value);
  }
}
