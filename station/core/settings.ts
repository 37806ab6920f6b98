import { type SiteSettings, siteSettings } from '../../shared/station-contract/index.ts';
import type { Records, Tx } from '../records/index.ts';
import type { Actor, CommandResult, Enrolment, Inputs, SettingsApi } from './types.ts';

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
    return this.#records.run<{ site: SiteSettings }>(actor, 'setup.updateSite', input, (tx) => ({
      site: this.#change(tx, input.changes),
    }));
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
      const { siteId, name, nameKo, currency, timeZone } = enrolment.site;
      tx.journal('enrolled', null, { serverUrl: enrolment.serverUrl, siteId });
      return { site: this.#change(tx, { siteId, name, nameKo, currency, timeZone }) };
    };
    if (actor !== null && idempotencyKey !== null) {
      const input = { idempotencyKey, serverUrl: enrolment.serverUrl, siteId: enrolment.site.siteId };
      return this.#records.run<{ site: SiteSettings }>(actor, 'setup.enrol', input, work);
    }
    return { ok: true, value: this.#records.transact<{ site: SiteSettings }>(actor, work) };
  }

  remember(key: string, value: string): void {
    this.#records.meta.set(`kept:${key}`, value);
  }

  recall(key: string): string | null {
    return this.#records.meta.get(`kept:${key}`);
  }

  #change(tx: Tx, changes: Partial<SiteSettings>): SiteSettings {
    const site = siteSettings.parse({ ...this.#records.site, ...changes });
    this.#records.meta.setSite(site);
    tx.journal('site-changed', null, { changed: Object.keys(changes).sort() });
    return site;
  }
}
