/** The certificate a station makes for its own network address. The one door of this folder. */
export { KioskCertificates, type ServedCertificate } from './kiosk-certificates.ts';
export { type MachineNames, machineNames, namesOf } from './machine-names.ts';
