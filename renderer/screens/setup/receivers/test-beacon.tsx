import { IconBroadcast } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Button, Chip, useToast, Waiting } from '../../../parts/index.ts';
import { useCommand, useKiosk } from '../../../session/index.ts';
import { useWhen, useWords } from '../../../words/index.ts';
import { codeTail } from './live-store.ts';
import styles from './receivers.module.css';

/** A transmitter fixed at the site: as long as it is heard, the whole chain works. */
export function TestBeaconCard({ code }: { code: string | null }) {
  const { w } = useWords();
  const when = useWhen();
  const r = w.receivers;
  const { queries, client } = useKiosk();
  const toast = useToast();
  const known = useQuery({ ...queries.testBeacon.get.queryOptions({ input: {} }), refetchInterval: 2_000 });
  const set = useCommand(client.testBeacon.set);
  const clear = useCommand(client.testBeacon.clear);
  const beacon = known.data;
  const use = async () => {
    if (code === null) return;
    const result = await set.run({ code, seen: beacon?.code ?? null });
    // Refused because another one is set by now: it is shown.
    void known.refetch();
    if (!result?.ok) return;
    toast({ tone: 'done', text: r.beaconSaved(codeTail(code)) });
  };
  const remove = async () => {
    const result = await clear.run({ seen: beacon?.code ?? null });
    if (result !== null) void known.refetch();
  };
  return (
    <section className={styles.card} aria-label={r.beaconTitle} data-testid="test-beacon">
      <div className={styles.cardHead}>
        <h2>{r.beaconTitle}</h2>
        {beacon?.heard === true ? <Chip tone="green">{r.beaconHeard}</Chip> : null}
        {beacon?.heard === false ? <Chip tone="red">{r.beaconSilent}</Chip> : null}
      </div>
      {known.isError ? <Waiting asked={known} /> : null}
      <p>
        {beacon?.code
          ? `${r.jack(codeTail(beacon.code))} · ${
              beacon.lastHeardAtMs === null ? r.neverHeard : r.lastHeard(when(beacon.lastHeardAtMs))
            }`
          : r.beaconNone}
      </p>
      <div className={styles.actions}>
        {beacon?.code ? (
          <Button progress={clear.progress} onClick={() => void remove()}>
            {r.beaconClear}
          </Button>
        ) : (
          <Button
            icon={<IconBroadcast size="1.25rem" />}
            progress={set.progress}
            disabled={code === null}
            onClick={() => void use()}
          >
            {code === null ? r.beaconChoose : r.beaconUse(codeTail(code))}
          </Button>
        )}
      </div>
    </section>
  );
}
