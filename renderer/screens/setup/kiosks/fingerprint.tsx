import styles from './kiosks.module.css';

/** `AB:CD:…` of 32 bytes in eight groups of four: what two people can read to each other. */
export function Fingerprint({ label, value }: { label: string; value: string }) {
  const bytes = value.split(':');
  const groups = Array.from({ length: Math.ceil(bytes.length / 4) }, (_, n) =>
    bytes.slice(n * 4, n * 4 + 4).join(' '),
  );
  return (
    <div className={styles.fact}>
      <dt>{label}</dt>
      <dd className={styles.fingerprint} data-fingerprint={value}>
        {groups.map((group) => (
          <span key={group}>{group}</span>
        ))}
      </dd>
    </div>
  );
}
