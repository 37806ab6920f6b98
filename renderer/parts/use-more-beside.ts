import { type RefObject, useEffect, useState } from 'react';

export interface MoreBeside {
  before: boolean;
  after: boolean;
}

/** Is there more of a row than is in sight, and on which side? */
export function useMoreBeside(row: RefObject<HTMLElement | null>): MoreBeside {
  const [more, setMore] = useState<MoreBeside>({ before: false, after: false });
  useEffect(() => {
    const element = row.current;
    if (element === null) return;
    const look = () => {
      const { scrollLeft, scrollWidth, clientWidth } = element;
      // Half a pixel is lost where the screen's scale is not whole.
      const before = scrollLeft > 1;
      const after = scrollLeft + clientWidth < scrollWidth - 1;
      setMore((was) => (was.before === before && was.after === after ? was : { before, after }));
    };
    element.addEventListener('scroll', look, { passive: true });
    // It tells the sizes that are there as well, once they have been laid out.
    const sized = new ResizeObserver(look);
    sized.observe(element);
    // Its own size stays when a label becomes longer in another language.
    for (const child of element.children) sized.observe(child);
    return () => {
      element.removeEventListener('scroll', look);
      sized.disconnect();
    };
  }, [row]);
  return more;
}
