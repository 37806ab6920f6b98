/**
 * Loaded before a program (`--import`), so that it starts sooner; what it does is the same without.
 *
 * For each ES module that ends in `.js` Node asks its package whether it is one, and parses the whole package.json for
 * the answer. That of drizzle-orm has 179 kB and its parts are two hundred files: it was most of the time in which our
 * programs load. Its files are ES modules and name each other by relative paths; so much is answered here.
 *
 * Plain JavaScript: an older Node that only starts ours (npm's) may be told to load it, too, and has nothing of it.
 */
import module from 'node:module';

const name = 'drizzle-orm';
const inside = `/node_modules/${name}/`;
const found = new Map();

module.registerHooks?.({
  resolve(specifier, context, next) {
    const from = context.parentURL;
    if (from?.includes(inside) && specifier.startsWith('.') && specifier.endsWith('.js')) {
      return { url: new URL(specifier, from).href, format: 'module', shortCircuit: true };
    }
    // Our files name it by the name of the package; there is one of it.
    if (specifier !== name && !specifier.startsWith(`${name}/`)) return next(specifier, context);
    const key = `${specifier} ${context.conditions.join()}`;
    const before = found.get(key);
    if (before !== undefined) return before;
    const { url, format } = next(specifier, context);
    const answer = { url, format, shortCircuit: true };
    found.set(key, answer);
    return answer;
  },
});
