import type { WalkShares } from '../../../../shared/station-contract/index.ts';
import { useWords } from '../../../words/index.ts';
import styles from './walk-shares.module.css';

const kinds = ['missed', 'wrongLane', 'unsure', 'false'] as const;

/** The bars are as long as this share at least: small shares must not look like large ones. */
const leastScale = 0.2;

/** What would go wrong of the stops, with the proposal and as the lanes are set now: pairs of bars on one scale. */
export function WalkSharesChart({ suggested, now }: { suggested: WalkShares; now: WalkShares }) {
  const { w, format } = useWords();
  const r = w.receivers;
  const shown = kinds.filter((kind) => suggested[kind] !== undefined);
  const scale = Math.max(leastScale, ...shown.flatMap((kind) => [suggested[kind] ?? 0, now[kind] ?? 0]));
  return (
    <figure className={styles.shares} aria-label={r.walkOfStops} data-testid="walk-shares">
      <figcaption>
        {r.walkOfStops}: <span data-bar="suggested">{r.walkWithProposal}</span>
        <span data-bar="now">{r.walkAsSet}</span>
        <small>{r.walkBarsEnd(format.number(Math.round(scale * 100)))}</small>
      </figcaption>
      <dl>
        {shown.map((kind) => (
          <div key={kind}>
            <dt>{w.walkShare[kind]}</dt>
            {([suggested, now] as const).map((shares, index) => {
              const share = shares[kind] ?? 0;
              return (
                <dd key={index === 0 ? 'suggested' : 'now'}>
                  <span className={styles.bar} aria-hidden="true">
                    <span
                      data-bar={index === 0 ? 'suggested' : 'now'}
                      style={{ width: `${(share / scale) * 100}%` }}
                    />
                  </span>
                  {format.number(share * 100)} %
                </dd>
              );
            })}
          </div>
        ))}
      </dl>
    </figure>
  );
}

/** The same of one lane, in words: what is nothing is left out. */
export function useLaneShares(): (shares: WalkShares) => string {
  const { w, format } = useWords();
  const r = w.receivers;
  return (shares) =>
    kinds
      .filter((kind) => (shares[kind] ?? 0) > 0)
      .map((kind) => `${w.walkShare[kind]} ${format.number((shares[kind] ?? 0) * 100)}\u00a0%`)
      .join(', ') || r.walkAllRight;
}
