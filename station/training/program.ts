/**
 * Where the training program lies: beside the station's source, or beside the built station.
 *
 * @param from `import.meta.url` of the program that starts the station.
 */
export function trainingProgram(from: string): URL {
  const isSource = from.endsWith('.ts');
  return new URL(isSource ? '../training/thread.ts' : './training.js', from);
}
