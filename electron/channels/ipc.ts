/** As much of Electron's ipcRenderer as the preload uses. */
export interface PageIpc {
  send(channel: string): void;
  on(
    channel: string,
    listener: (event: { ports: readonly unknown[] }, ...details: unknown[]) => void,
  ): unknown;
  off(
    channel: string,
    listener: (event: { ports: readonly unknown[] }, ...details: unknown[]) => void,
  ): unknown;
}
