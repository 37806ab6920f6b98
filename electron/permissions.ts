/** As much of Electron's Session as is used. */
export interface GuardedSession {
  setPermissionRequestHandler(
    handler: (page: unknown, permission: string, callback: (granted: boolean) => void) => void,
  ): void;
  setPermissionCheckHandler(handler: (page: unknown, permission: string) => boolean): void;
  setDevicePermissionHandler(handler: () => boolean): void;
  setDisplayMediaRequestHandler(handler: (request: unknown, callback: (streams: null) => void) => void): void;
}

/**
 * The kiosk's page needs no camera, no place, no devices, no notifications: receivers belong to the station.
 * So every permission is refused, when asked for and when looked up, and no device is ever shown to the page.
 */
export function refusePermissions(session: GuardedSession, onRefused: (what: string) => void): void {
  session.setPermissionRequestHandler((_page, permission, callback) => {
    onRefused(`permission ${permission}`);
    callback(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, callback) => callback(null));
}
