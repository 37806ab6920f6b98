/**
 * A page's wire to the station with a gate in it: while it is shut, what the page says goes out and what the
 * station says waits. So two kiosks can tap before either has heard of the other, however busy the machine is.
 *
 *   page ──────────────▶ station
 *   page ◀── [ gate ] ── station
 */
import type { Page } from '@playwright/test';

export class HeldWire {
  #shut = false;
  #waiting: (() => void)[] = [];
  #saying: { text: string; said: () => void }[] = [];

  /** Before the page is opened: only wires that are opened from then on have the gate. */
  static async of(page: Page): Promise<HeldWire> {
    const wire = new HeldWire();
    await page.routeWebSocket('**/rpc', (toPage) => {
      const toStation = toPage.connectToServer();
      toPage.onMessage((message) => {
        toStation.send(message);
        wire.#heard(String(message));
      });
      toStation.onMessage((message) => {
        if (wire.#shut) wire.#waiting.push(() => toPage.send(message));
        else toPage.send(message);
      });
    });
    return wire;
  }

  shut(): void {
    this.#shut = true;
  }

  /** All that waited arrives, in order. */
  open(): void {
    this.#shut = false;
    for (const arrive of this.#waiting.splice(0)) arrive();
  }

  /** Resolves when the page has sent this call. */
  sent(procedure: string): Promise<void> {
    return new Promise((resolve) => {
      this.#saying.push({ text: `"/${procedure}"`, said: resolve });
    });
  }

  #heard(message: string): void {
    for (const { text, said } of this.#saying) if (message.includes(text)) said();
  }
}
