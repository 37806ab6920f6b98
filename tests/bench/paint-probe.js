// Runs in the kiosk's page: notes, for each card, when the first frame that holds it was painted.
// window.painted: last four plate digits → UTC milliseconds.
const painted = new Map();
window.painted = painted;
function look(node) {
  if (!(node instanceof HTMLElement)) return;
  const cards = [...node.querySelectorAll('[data-plate-tail]')];
  if (node.dataset.plateTail) cards.push(node);
  for (const card of cards) {
    const tail = card.dataset.plateTail;
    if (painted.has(tail)) continue;
    painted.set(tail, 0);
    // A message posted from the animation frame callback is handled after that frame was painted.
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => painted.set(tail, performance.timeOrigin + performance.now());
      channel.port2.postMessage(null);
    });
  }
}
document.addEventListener('DOMContentLoaded', () => {
  new MutationObserver((records) => {
    for (const record of records) for (const node of record.addedNodes) look(node);
  }).observe(document.body, { childList: true, subtree: true });
});
