/** What is said about several kiosks at one site, in English. */
export const kiosksEn = {
  kiosks: {
    tab: 'Kiosks',
    title: 'Kiosks of this site',
    explain:
      'A second counter, a tablet in the lot, a handheld at the pump: they all show this same board. They come by this site’s own network, and PINs work only on devices that were let in here.',
    networkTitle: 'Other kiosks on this site’s network',
    networkOff: 'Switched off. Only the first kiosk works.',
    networkOn: 'Switched on.',
    switchOn: 'Switch on',
    switchedOn: 'Other kiosks can come now.',
    switchOff: 'Switch off',
    switchOffTitle: 'Switch the other kiosks off?',
    switchOffExplain:
      'They show no board until this is switched on again. Nobody has to be let in anew, and nothing that was marked is lost.',
    switchedOff: 'The other kiosks are switched off.',
    setAtStart: 'It was switched on when the station was started and cannot be switched off here.',
    portInUse: (port: number) =>
      `Another program uses port ${port}. It is tried again by itself. Close that program, or start the station with another --network-port.`,
    portForbidden: (port: number) =>
      `This machine does not allow port ${port}. Start the station with a --network-port above 1023.`,
    networkFailed: 'The certificate or the port cannot be had. It is tried again by itself.',
    noNetwork: 'This machine is on no network. Connect it; its address then appears here.',
    address: 'Address',
    otherAddresses: 'It also answers to',
    fingerprint: 'Fingerprint of the certificate (SHA-256)',
    authorityFingerprint: 'Fingerprint of station.crt (SHA-256)',
    fingerprintExplain:
      'A browser that comes for the first time warns, because nobody on the internet vouches for this machine. The certificate it shows must have this fingerprint. If it has another one, do not go on.',
    validTo: (day: string) => `Good until ${day}, renewed by itself.`,
    letIn: 'Let a device in',
    letInAtFirst: 'Devices are let in at the first kiosk, the station’s own screen.',
    codeTitle: 'Let a device in',
    codeAddress: 'On the other device, open this address in a browser:',
    codeTyped: 'Then type this code there:',
    codeScan: 'Or point its camera here: it opens the address and brings the code along.',
    qrLabel: 'QR code with the address and the code',
    codeLeft: (time: string) => `Good for one device, for ${time} more.`,
    codeWrong: (tries: number) => `Typed wrong ${tries} times. After ten it is void.`,
    codeGone: 'This code is no longer valid: its time is over, or it was typed wrong too often.',
    newCode: 'Make a new code',
    cameIn: (name: string) => `${name} was let in.`,
    done: 'Done',
    devices: 'Devices',
    onlyFirst: 'No other device has been let in yet.',
    first: 'First kiosk',
    firstExplain: 'The station’s own screen',
    here: 'This screen',
    on: 'On now',
    off: 'Off',
    lastSeen: (when: string) => `Last seen ${when}`,
    since: (day: string, name: string) => `Since ${day}, let in by ${name}`,
    signedIn: (names: string) => `Signed in: ${names}`,
    rename: 'Rename',
    renameTitle: (name: string) => `Rename ${name}`,
    renamed: 'Renamed.',
    name: 'Name',
    nameNeeded: 'Type a name.',
    remove: 'Remove',
    removeTitle: (name: string) => `Remove ${name}?`,
    removeExplain:
      'It is shut out at once: whoever works there is signed out and sees no board any more. What they marked stays. To come back it needs a new code.',
    removed: (name: string) => `${name} was removed and shut out.`,
  },
  join: {
    title: 'Join this site’s kiosks',
    explain:
      'This device has not been let in yet. At the first kiosk, open Setup, Kiosks, Let a device in, and type the code that it shows.',
    code: 'Code (8 digits)',
    codeNeeded: 'Type the 8 digits.',
    name: 'What is this device called?',
    nameExample: 'Pump handheld',
    submit: 'Join',
    warned: 'Did the browser warn you?',
    warnedWhy:
      'That is expected. Nobody on the internet can vouch for a machine on your own network, so the station vouches for itself. Open the certificate in your browser (beside the address) and compare its SHA-256 fingerprint with the one at the first kiosk (Setup, Kiosks).',
    warnedDiffers:
      'If they differ, somebody stands between this device and the station: do not type the code.',
    trust: 'To end the warnings, trust the station on this device:',
    download: 'Get station.crt',
    trustAndroid: 'Android: Settings, Security, Install a certificate, CA certificate.',
    trustApple: 'iPhone and iPad: Settings, Profile downloaded; then General, About, Certificate trust.',
    trustWindows: 'Windows: open the file, Install, Local machine, Trusted root certification authorities.',
    noAnswer: 'The station does not answer. Nothing was changed. Look at the network, then try again.',
    wait: (seconds: number) => `Too many tries. Wait ${seconds} s, then try again.`,
    shutOutTitle: 'This kiosk was removed',
    shutOutExplain:
      'A manager or an installer took this device out of the site’s kiosks. Nobody is signed in here any more. What was marked here before is kept.',
    shutOutAgain: 'Join again with a code',
  },
  /** By the reason that the station gives. */
  joinRefusals: {
    code: 'That code is wrong or no longer valid. Have a new one made at the first kiosk.',
    name: 'Type a name of 1 to 40 letters.',
    'name-taken': 'Another device has that name. Choose another.',
    'too-many': 'This site has as many kiosks as a station serves. Remove one at the first kiosk.',
    'not-kept': 'The station could not write it down. Nothing was changed. Tell the manager.',
  } as Record<string, string>,
};

export const kioskRefusalsEn = {
  'first-kiosk-only':
    'This can be done at the first kiosk only, the station’s own screen. Nothing was changed. Go there.',
  'kiosk-not-found': 'That device was removed already.',
  'kiosk-name-taken': 'Another device has that name. Nothing was changed. Choose another.',
  'too-many-kiosks':
    'This site has as many kiosks as a station serves. Nothing was changed. Remove one first.',
  'network-off': 'The other kiosks are switched off. Nothing was changed. Switch them on first.',
  'network-set-at-start':
    'The other kiosks were switched on when the station was started. Nothing was changed. Have the installer change it there.',
};
