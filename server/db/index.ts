export * from './batched.ts';
export * from './conditions.ts';
export { beginningDigest } from './kept-beginning.ts';
export {
  type Db,
  instanceLockClass,
  keepBeginning,
  NoSuchStore,
  notifyStream,
  notifyStreams,
  openStore,
  refuseMissingFolder,
  type Store,
  StoreInUse,
  type StoreLocation,
  type Tx,
} from './open.ts';
export * as tables from './schema.ts';
export * from './secret-box.ts';
export * from './statements.ts';
