/** Before the first integration test: the stores that all of them copy. */
import { openSharedPostgres } from '../integration/server-postgres.ts';
import { makeStoreTemplate } from './store-template.ts';

export async function setup(): Promise<() => Promise<void>> {
  const [closePostgres] = await Promise.all([openSharedPostgres(), makeStoreTemplate()]);
  return closePostgres;
}
