// Runs in the kiosk's page: from the finger's first moment on a card to the frame that shows the
// card's new state. window.taps: { tail, state, ms, sinceReleaseMs } in order.
window.taps = [];
let waiting = null;
let onTap = () => {};
window.nextTap = () =>
  new Promise((resolve) => {
    onTap = resolve;
  });
document.addEventListener(
  'pointerdown',
  (event) => {
    const card = event.target instanceof Element ? event.target.closest('[data-plate-tail]') : null;
    if (card) waiting = { tail: card.dataset.plateTail, at: event.timeStamp, releasedAt: event.timeStamp };
  },
  { capture: true },
);
document.addEventListener(
  'pointerup',
  (event) => {
    if (waiting) waiting.releasedAt = event.timeStamp;
  },
  { capture: true },
);
document.addEventListener('DOMContentLoaded', () => {
  new MutationObserver((records) => {
    for (const { target } of records) {
      if (waiting === null || target.dataset.plateTail !== waiting.tail) continue;
      const { tail, at, releasedAt } = waiting;
      const state = target.dataset.pickupState;
      waiting = null;
      // A message posted from the animation frame callback is handled after that frame was painted.
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => {
          const now = performance.now();
          window.taps.push({ tail, state, ms: now - at, sinceReleaseMs: now - releasedAt });
          onTap();
        };
        channel.port2.postMessage(null);
      });
    }
  }).observe(document.body, { attributes: true, attributeFilter: ['data-pickup-state'], subtree: true });
});
window.watchFrames = (forMs) =>
  new Promise((resolve) => {
    const gaps = [];
    const start = performance.now();
    let last = null;
    const onFrame = (now) => {
      if (last !== null) gaps.push(now - last);
      last = now;
      if (performance.now() - start < forMs) requestAnimationFrame(onFrame);
      else resolve(gaps);
    };
    requestAnimationFrame(onFrame);
  });
// The first frame that shows whom to sign in as, in letters that can be read: while the fonts that the names need are
// being fetched the names may be invisible or in other letters.
window.firstUseful = new Promise((resolve) => {
  document.addEventListener('DOMContentLoaded', () => {
    const look = () => {
      if (document.querySelectorAll('button').length < 2) return false;
      observer.disconnect();
      // The first frame asks for the fonts.
      requestAnimationFrame(() =>
        requestAnimationFrame(async () => {
          await document.fonts.ready;
          const channel = new MessageChannel();
          channel.port1.onmessage = () => resolve(performance.now());
          channel.port2.postMessage(null);
        }),
      );
      return true;
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { childList: true, subtree: true });
    look();
  });
});
