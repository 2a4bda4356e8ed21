import { DAY, HOUR, type Micros } from './clock.ts';
import type { Told } from './edition.ts';
import type { PaidInstance, PaidInvocation, PaidMultiplier, PayInput } from './pay.ts';

const KEPT: Micros = 8 * DAY;

/**
 * What the validator has published so far, put together: of each instance the newest row, of each request the row that is complete, of each
 * piece of history its latest state. The honest stand-in pays by this and by nothing that it alone knows.
 */
export class Ledger {
  readonly #instances = new Map<string, { readonly row: PaidInstance; readonly end: Micros }>();
  readonly #invocations = new Map<string, PaidInvocation>();
  readonly #multipliers = new Map<string, PaidMultiplier>();
  readonly #confirmed = new Set<string>();

  /** Takes in what an edition about the hour that ended then has told. */
  add(told: Told, end: Micros): void {
    for (const row of told.instances) {
      // An hour that is published once more does not know better than those after it.
      const known = this.#instances.get(row.instanceId);
      if (known === undefined || known.end <= end) this.#instances.set(row.instanceId, { row, end });
    }
    for (const row of told.invocations) {
      const known = this.#invocations.get(row.invocationId);
      if (known === undefined || known.completedAt === null) this.#invocations.set(row.invocationId, row);
    }
    for (const piece of told.multipliers) this.#multipliers.set(`${piece.instanceId}/${piece.start}`, piece);
    for (const parentId of told.confirmed) this.#confirmed.add(parentId);
    if (end % (24 * HOUR) === 0) this.#forget(end - KEPT);
  }

  /** What a reckoning at an instant rests on. */
  input(at: Micros): Pick<PayInput, 'at' | 'instances' | 'invocations' | 'multipliers' | 'confirmed'> {
    return {
      at,
      instances: [...this.#instances.values()].map(({ row }) => row),
      invocations: [...this.#invocations.values()],
      multipliers: [...this.#multipliers.values()],
      confirmed: this.#confirmed,
    };
  }

  #forget(before: Micros): void {
    for (const [id, { row }] of this.#instances)
      if (row.deletedAt !== null && row.deletedAt < before) this.#instances.delete(id);
    for (const [id, { startedAt }] of this.#invocations) if (startedAt < before) this.#invocations.delete(id);
    for (const [id, { end }] of this.#multipliers)
      if (end !== null && end < before) this.#multipliers.delete(id);
  }
}
