/**
 * The links of a Markdown document that lead nowhere: to a missing file, or to a heading that is not there.
 * Links to the web are not followed: a test must not depend on somebody else's server.
 *
 * @param resolve a link's target, seen from the document → its path from the root
 * @param read the text of a file ('' for a folder), or null where there is none
 */
export function brokenLinks(
  text: string,
  document: string,
  resolve: (target: string) => string,
  read: (path: string) => string | null,
): string[] {
  const broken: string[] = [];
  for (const [, link = ''] of withoutCode(text).matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)) {
    if (/^[a-z][a-z0-9+.-]*:/i.test(link)) continue;
    const [target = '', heading] = link.split('#', 2);
    const path = target === '' ? document : resolve(decodeURI(target));
    const found = target === '' ? text : path.startsWith('..') ? null : read(path);
    if (found === null) broken.push(`${link}: there is no ${path}`);
    else if (heading !== undefined && !anchors(found).has(heading)) {
      broken.push(`${link}: ${path} has no heading "${heading}"`);
    }
  }
  return broken;
}

/** Code blocks and code spans hold examples, not links. */
const withoutCode = (text: string) => text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '');

/** Headings as anchors, the way Git hosts make them. */
function anchors(text: string): Set<string> {
  const found = new Set<string>();
  for (const [, heading = ''] of text.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    found.add(
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-'),
    );
  }
  return found;
}
