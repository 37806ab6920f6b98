/**
 * The station's core: the site's records and every rule about them. No network, no radio, no screen.
 *
 *   presence engine ── PresenceChange ──→ visits ─┐
 *   kiosk ── command (role, idempotency key) ────→├─ rules ─→ one transaction ─→ SQLite (durable)
 *   payment server ── news ──────────────────────→┘            state             │
 *                                                              journal           ├─→ onVisitChanged, onVisitGone → board
 *                                                              outbox            └─→ outbox.onWork → sender → server
 *                                                              answer
 *
 * Commands are synchronous, return a Result and are durable when they return; only PINs are hashed
 * off the main thread. One process opens a data folder at a time.
 */
export { type CommandName, mayRole, permissions, rolesFor } from '../staff/index.ts';
export { openCore } from './open-core.ts';
export * from './types.ts';
