import type { Result } from '../../shared/domain/index.ts';
import { type RefusalReason, type SiteSettings, siteSettings } from '../../shared/station-contract/index.ts';
import { changedMeanwhile } from '../../shared/station-facts/index.ts';
import type { CommandName } from '../permissions/index.ts';
import { type Records, Refusal, type Tx } from '../records/index.ts';
import { lastChangedBy, noteChangedBy } from './changed-by.ts';
import { siteFault } from './site-rules.ts';
import type { Actor, CommandResult, Enrolment, Inputs, SettingsApi } from './types.ts';

const partOfSite = (field: string): string => `site.${field}`;

/** The site's settings, its enrolment, and small things to remember. */
export class Settings implements SettingsApi {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  site(): SiteSettings {
    return this.#records.site;
  }

  updateSite(actor: Actor, input: Inputs['setup']['updateSite']): CommandResult<{ site: SiteSettings }> {
    return this.#records.run<{ site: SiteSettings }>(actor, 'setup.updateSite', input, (tx) => {
      const before = this.#records.site;
      const late = changedMeanwhile<SiteSettings>(before, input.seen, input.changes);
      if (late.length > 0) throw this.#tooLate(late.map(partOfSite));
      const after = { ...before, ...input.changes };
      const fault = siteFault(before, after, this.enrolment() !== null, this.#records.visits.live.values());
      if (fault !== null) throw new Refusal(fault.reason, { detail: fault.detail });
      return { site: this.#change(tx, input.changes) };
    });
  }

  seedSite(changes: Partial<SiteSettings>): SiteSettings {
    return this.#records.transact<SiteSettings>(null, (tx) => this.#change(tx, changes));
  }

  enrolment(): Enrolment | null {
    const kept = this.#records.meta.get('enrolment');
    return kept === null ? null : (JSON.parse(kept) as Enrolment);
  }

  keepEnrolment(
    actor: Actor | null,
    enrolment: Enrolment,
    idempotencyKey: string | null,
  ): CommandResult<{ site: SiteSettings }> {
    const work = (tx: Tx) => {
      this.#records.meta.set('enrolment', JSON.stringify(enrolment));
      const { siteId, name, nameKo, currency, timeZone, jackRequiredFromMinor } = enrolment.site;
      // Another server's list is of no use, and its changes are of another one.
      this.#records.meta.set('expected-list', 'null');
      tx.journal('enrolled', null, { serverUrl: enrolment.serverUrl, siteId });
      return { site: this.#change(tx, { siteId, name, nameKo, currency, timeZone, jackRequiredFromMinor }) };
    };
    if (actor !== null && idempotencyKey !== null) {
      const input = { idempotencyKey, serverUrl: enrolment.serverUrl, siteId: enrolment.site.siteId };
      return this.#records.run<{ site: SiteSettings }>(actor, 'setup.enrol', input, work);
    }
    return { ok: true, value: this.#records.transact<{ site: SiteSettings }>(actor, work) };
  }

  keepRenewedCredential(credential: string, forgetKey: string): Enrolment {
    const enrolment = this.enrolment();
    if (enrolment === null) throw new Error('a credential was renewed at a site that is not enrolled');
    const renewed = { ...enrolment, credential, formerCredential: enrolment.credential };
    return this.#keepCredential(renewed, 'renewed', () => this.remember(forgetKey, ''));
  }

  confirmCredential(): void {
    const { formerCredential, ...enrolment } = this.enrolment() ?? {};
    if (formerCredential === undefined) return;
    this.#records.meta.set('enrolment', JSON.stringify(enrolment));
  }

  returnToFormerCredential(): Enrolment | null {
    const { formerCredential, ...enrolment } = this.enrolment() ?? { formerCredential: undefined };
    if (formerCredential === undefined || !('credential' in enrolment)) return null;
    return this.#keepCredential({ ...enrolment, credential: formerCredential }, 'former');
  }

  #keepCredential(enrolment: Enrolment, which: 'renewed' | 'former', also?: () => void): Enrolment {
    this.#records.transact(null, (tx) => {
      also?.();
      this.#records.meta.set('enrolment', JSON.stringify(enrolment));
      tx.journal('credential-changed', null, { to: which, siteId: enrolment.site.siteId });
    });
    return enrolment;
  }

  remember(key: string, value: string): void {
    this.#records.meta.set(`kept:${key}`, value);
  }

  recall(key: string): string | null {
    return this.#records.meta.get(`kept:${key}`);
  }

  recallAll(prefix: string): string[] {
    return this.#records.meta.all(`kept:${prefix}`);
  }

  keep<T>(
    actor: Actor,
    name: CommandName,
    input: { idempotencyKey: string },
    entry: { key: string; journal: string; details: Record<string, unknown>; parts?: readonly string[] },
    change: (kept: string | null) => Result<{ value: string; answer: T }, RefusalReason>,
  ): CommandResult<T> {
    // In an array: what an answer is made of must never be taken for a promise.
    const kept = this.#records.run<[T]>(actor, name, input, (tx) => {
      const changed = change(this.recall(entry.key));
      const { parts = [] } = entry;
      if (!changed.ok)
        throw changed.error === 'changed-meanwhile' ? this.#tooLate(parts) : new Refusal(changed.error);
      this.remember(entry.key, changed.value.value);
      noteChangedBy(this.#records.meta, tx, parts);
      tx.journal(entry.journal, null, entry.details);
      return [changed.value.answer];
    });
    return kept.ok ? { ok: true, value: kept.value[0] } : kept;
  }

  #tooLate(parts: readonly string[]): Refusal {
    return new Refusal('changed-meanwhile', { by: lastChangedBy(this.#records.meta, parts) });
  }

  #change(tx: Tx, changes: Partial<SiteSettings>): SiteSettings {
    const site = siteSettings.parse({ ...this.#records.site, ...changes });
    this.#records.meta.setSite(site);
    const changed = Object.keys(changes).sort();
    noteChangedBy(this.#records.meta, tx, changed.map(partOfSite));
    tx.journal('site-changed', null, { changed });
    return site;
  }
}
