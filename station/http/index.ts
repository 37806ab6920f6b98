/** The web servers: loopback for the first kiosk, TLS for the others. The one door of this folder. */
export { type HostOptions, type StationHost, startHost } from './host.ts';
export { NetworkKiosks, usualNetworkPort } from './network-kiosks.ts';
