/** Ways to drive the lot from outside. The one door of this folder. */
export { type CommandResult, followCommandFile } from './command-file.ts';
export { type ControlApi, serveControlApi, whyForeign } from './control-api.ts';
