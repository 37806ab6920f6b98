export * from './attention.ts';
export * from './board-room.ts';
export * from './board-state.ts';
export * from './board-store.ts';
export * from './expected.ts';
export * from './steady-order.ts';
export * from './ticker.ts';
