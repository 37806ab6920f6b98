export interface WindowOptionsInput {
  windowed: boolean;
  /** Packaged for a site: no developer tools. */
  production: boolean;
  /** None for a page that a station serves: it speaks by WebSocket. */
  preload: string | undefined;
}

/** Options of Electron's BrowserWindow for the one window of the kiosk. */
export function windowOptions({ windowed, production, preload }: WindowOptionsInput) {
  return {
    width: 1280,
    height: 800,
    show: false,
    // The board's dark ground: no white flash in a dim shop.
    backgroundColor: '#10151c',
    title: 'Cigar Kiosk',
    autoHideMenuBar: true,
    kiosk: !windowed,
    fullscreen: !windowed,
    closable: windowed,
    minimizable: windowed,
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      devTools: !production,
      spellcheck: false,
      // The chime of an arrival must sound before anybody has touched the screen.
      autoplayPolicy: 'no-user-gesture-required' as const,
      // A covered window must go on drawing: people look at it the moment it is uncovered.
      backgroundThrottling: false,
    },
  };
}
