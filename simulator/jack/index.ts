/** The virtual cigar jack. The one door of this folder. */
export { advertisingData } from './advertising-data.ts';
export { newPrivateAddress, privateAddressLifeMs } from './private-address.ts';
export {
  type Advertisement,
  type JackKind,
  type JackOptions,
  type JackSecrets,
  jackKinds,
  simulatorNamespace,
  VirtualJack,
} from './virtual-jack.ts';
