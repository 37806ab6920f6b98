/** One measured figure, as a benchmark prints it. */
export interface Figure {
  bench: string;
  ours: number;
  unit: string;
  /** The other's figure on the same input in the same run. */
  theirs?: number;
  /** ours ÷ theirs; what the goal is about when it is there. */
  ratio?: number;
  goal?: number;
  better?: 'less' | 'more';
}

export function isFigure(value: unknown): value is Figure {
  if (typeof value !== 'object' || value === null) return false;
  const { bench, ours, unit } = value as Partial<Figure>;
  return typeof bench === 'string' && typeof ours === 'number' && typeof unit === 'string';
}

/** @returns whether the figure reached its goal; null when it has none. A figure that is no number never did. */
export function metGoal({ ours, ratio, goal, better = 'more' }: Figure): boolean | null {
  if (goal === undefined) return null;
  const value = ratio ?? ours;
  return better === 'less' ? value <= goal : value >= goal;
}

const number = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

/** One line for people: name, figure, goal, and whether it was met. */
export function verdict(figure: Figure): string {
  const met = metGoal(figure);
  const parts = [figure.bench.padEnd(28), `${number.format(figure.ours)} ${figure.unit}`.padEnd(24)];
  if (figure.theirs !== undefined) parts.push(`against ${number.format(figure.theirs)}`.padEnd(20));
  if (figure.ratio !== undefined) parts.push(`${number.format(figure.ratio)}×`.padEnd(8));
  if (met !== null) {
    const bound = figure.better === 'less' ? 'at most' : 'at least';
    parts.push(`goal ${bound} ${number.format(figure.goal ?? Number.NaN)}: ${met ? 'met' : 'MISSED'}`);
  }
  return parts.join(' ').trimEnd();
}
