/**
 * Does something once the frame that is being made has been laid out. What is measured or scrolled while a screen is
 * still being built makes the browser lay it out there and then, in the middle of the tap that asked for it; after the
 * frame the same question costs nothing.
 *
 * @returns takes it back, if it has not been done yet
 */
export function afterLayout(action: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  // A frame's callbacks run before its layout, what they put off after it.
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(action);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
