export { arrive, depart, tellArrival } from './arrivals.ts';
export { claimed, laneOf, visitToActOn } from './guard.ts';
export { isAwaited } from './is-awaited.ts';
export { isHere } from './is-here.ts';
export { endOfStay, hasOpenJob, isOpenCharge, isOpenPickup, isUnpaidRefuel, putWithJobs } from './jobs.ts';
export { cardOf, emptyVisit, withCar, withPreorders } from './new-visit.ts';
export { closeLingering, PresenceIntake } from './presence-intake.ts';
export { VisitCommands } from './visit-commands.ts';
export { visitDelays } from './visit-delays.ts';
