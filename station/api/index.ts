/** The station contract, implemented and served. The one door of this folder. */
export { type BoardChange, BoardStream } from './board-stream.ts';
export { bearerToken, type CallContext } from './guards.ts';
export { openProcedures, procedureRoles, rolesFor } from './permissions.ts';
export { createStationRouter, type RouterDeps } from './router.ts';
export {
  type CallListener,
  maxMessageBytes,
  type PortLike,
  type StationServing,
  serveStation,
} from './serve.ts';
export { SignInLimit } from './sign-in-limit.ts';
