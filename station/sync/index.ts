/** The line to the payment server. The one door of this folder. */
export { CodeResolver } from './code-resolver.ts';
export { expectedListDelays, type ListStatus } from './expected-list-keeper.ts';
export { createServerClient, NetworkTrouble, type ServerClient, ServerProblem } from './server-client.ts';
export {
  type EnrolInput,
  type FollowUpsCall,
  ServerLink,
  type ServerStatus,
  type StatementCall,
} from './server-link.ts';
