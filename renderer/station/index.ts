export * from './board-watch.ts';
export * from './command.ts';
export * from './connection.ts';
export * from './wire.ts';
