/** What backup and restore say, in English. */
export const backupEn = {
  backup: {
    tab: 'Backup',
    title: 'Backup',
    explain:
      'A backup holds everything this station knows: visits, people, settings, the journal. Keep a copy away from this machine, where only you can read it.',
    make: 'Back up now',
    made: 'The backup is made and checked.',
    none: 'There is no backup yet.',
    download: 'Save a copy',
    downloaded: 'The copy is saved.',
    downloadFailed: 'The copy was not saved. The backup is still on the station. Try again.',
    size: (megabytes: string) => `${megabytes} MB`,
    restore: 'Restore',
    restoreTitle: (when: string) => `Go back to ${when}?`,
    restoreFileTitle: (name: string) => `Go back to ${name}?`,
    restoreExplain:
      'What was marked since then is no longer shown here. Today’s records are kept aside on this machine. The station restarts, and everybody signs in again.',
    fromFile: 'Restore from a file',
    bringing: (percent: string) => `Bringing the file: ${percent} %`,
    bringFailed: 'The file did not get through. Nothing was changed. Try again.',
    restarting: 'The station restarts with the backup.',
    atNextStart: 'The backup takes effect when the station is started again.',
  },
};

export const backupRefusalsEn = {
  'backup-running': 'A backup is being made already. Wait for it.',
  'backup-not-found': 'That backup is no longer there. Nothing was changed. Choose another one.',
  'backup-foreign': 'That file is not a backup of this kiosk. Nothing was changed. Choose another file.',
  'backup-newer': 'That backup was made by a newer version. Nothing was changed. Install that version first.',
  'backup-damaged': 'That backup is damaged. Nothing was changed. Choose an older one.',
  'backup-journal-broken':
    'The journal in that backup is not unbroken: something was changed or is missing. Nothing was restored. Choose another.',
  'upload-broken': 'The file did not get through. Nothing was changed. Try again.',
};
