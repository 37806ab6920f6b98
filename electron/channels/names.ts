/** Every message between the shell and its page. There are no others. */
export const channels = {
  /** page → shell: a fresh port to the station, please. */
  connect: 'kiosk:connect',
  /** shell → page: the port, in `event.ports[0]`. */
  stationPort: 'kiosk:station-port',
  /** shell → page: how the station's process is. */
  stationStatus: 'kiosk:station-status',
} as const;
