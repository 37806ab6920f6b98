/** The loopback web server. The one door of this folder. */
export { type HostOptions, type StationHost, startHost } from './host.ts';
