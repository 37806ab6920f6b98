import { IconCloudCheck, IconCloudOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button, Field, FormActions, useToast, Waiting } from '../../parts/index.ts';
import { useCommand, useKiosk } from '../../session/index.ts';
import { useWords } from '../../words/index.ts';
import styles from './setup.module.css';

/** Ties this site to its payment server, once, with a pairing code. */
export function Enrolment() {
  const { w } = useWords();
  const { queries, client } = useKiosk();
  const toast = useToast();
  const known = useQuery(queries.setup.site.queryOptions({ input: {}, staleTime: 0 }));
  const command = useCommand(client.setup.enrol);
  const [serverUrl, setServerUrl] = useState('');
  const [pairingCode, setPairingCode] = useState('');
  const [missing, setMissing] = useState(false);
  const submit = async () => {
    const ready = URL.canParse(serverUrl.trim()) && pairingCode.trim().length >= 4;
    setMissing(!ready);
    if (!ready) return;
    const result = await command.run({ serverUrl: serverUrl.trim(), pairingCode: pairingCode.trim() });
    if (!result?.ok) return;
    toast({ tone: 'done', text: w.setup.enrolledNow(result.value.site.name) });
    void known.refetch();
  };
  if (known.data === undefined) {
    return <Waiting asked={known} />;
  }
  if (known.data.enrolled) {
    return (
      <div className={styles.panel}>
        <p className={styles.enrolled}>
          <IconCloudCheck size="1.75rem" aria-hidden="true" />
          {w.setup.enrolled}
        </p>
        <p>{known.data.serverUrl}</p>
      </div>
    );
  }
  return (
    <form
      className={styles.panel}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <p className={styles.enrolled} data-not>
        <IconCloudOff size="1.75rem" aria-hidden="true" />
        {w.setup.notEnrolled}
      </p>
      <p>{w.setup.enrolExplain}</p>
      <Field
        label={w.setup.serverUrl}
        value={serverUrl}
        onChange={setServerUrl}
        placeholder="https://"
        error={missing ? w.setup.fieldsNeeded : null}
      />
      <Field label={w.setup.pairingCode} value={pairingCode} onChange={setPairingCode} maxLength={40} />
      <FormActions>
        <Button size="big" look="strong" type="submit" progress={command.progress}>
          {w.setup.enrol}
        </Button>
      </FormActions>
    </form>
  );
}
