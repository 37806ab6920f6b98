export * from './kiosk.ts';
export * from './kiosk-context.ts';
export * from './preferences.ts';
export * from './report-failure.ts';
export * from './session-store.ts';
export * from './sounds.ts';
export * from './use-command.ts';
export * from './use-radio-trusted.ts';
