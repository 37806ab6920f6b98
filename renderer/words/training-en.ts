/** What training says: the band, the coach, the exercises. */
import type { CoachHint, ExerciseId, RefusalReason } from '../../shared/station-contract/index.ts';

/** What a step's sentence may speak of, already in the reader's form. */
export interface StepWords {
  plate: string;
  lane: string;
  grade: string;
  amount: string;
  counted: string;
}
type Sentence = (about: StepWords) => string;

/** By exercise and step. */
const trainingSteps: Record<string, Sentence> = {
  'first-pickup/arrives': ({ plate, lane }) =>
    `A car ending in ${plate} is coming for its preorder. Wait until its card says ${lane}.`,
  'first-pickup/ready': ({ plate }) =>
    `Pack the order of the car ${plate}. When it is packed, tap Mark ready.`,
  'first-pickup/hand-over': ({ plate }) =>
    `Bring it to the car and tap Hand over. The plate you read on the car ends in ${plate}: type it.`,
  'first-pickup/told': () =>
    'Handed over. You can undo for a few seconds. Then the server takes the money: wait for it.',
  'first-refuel/arrives': ({ plate, lane }) =>
    `A car ending in ${plate} is coming to refuel. Wait until it stands at ${lane}.`,
  'first-refuel/complete': ({ plate, lane, grade, amount }) =>
    `${lane} has stopped at ${amount}, ${grade}. Open Refuel, type ${plate}, enter just that, and complete.`,
  'first-refuel/paid': () =>
    'The driver is asked on the phone. The engine must run for the approval. Wait until it says Paid.',
  'declined-payment/arrives': ({ plate, lane }) =>
    `A car ending in ${plate} is coming to refuel. Wait until it stands at ${lane}.`,
  'declined-payment/complete': ({ plate, lane, grade, amount }) =>
    `${lane} has stopped at ${amount}, ${grade}. Open Refuel, type ${plate}, enter just that, and complete.`,
  'declined-payment/declined': () => 'The driver is asked on the phone. See what the answer is.',
  'declined-payment/settle': ({ amount }) =>
    `Declined. The driver comes in and pays ${amount} in cash. Tap Settle otherwise, choose Cash, give the reason.`,
  'offline-hour/line-lost': () =>
    'In a moment the line to the payment server is cut. Look for the notice at the top.',
  'offline-hour/pickup': ({ plate, lane }) =>
    `The work goes on. The car ${plate} comes to ${lane} for its preorder: mark it ready and hand it over.`,
  'offline-hour/refuel': ({ plate, lane, grade, amount }) =>
    `The car ${plate} comes to ${lane}. The pump stops at ${amount}, ${grade}. Complete that; the payment waits.`,
  'offline-hour/line-back': () =>
    'That would have been the hour. The line comes back now: watch the notice go.',
  'offline-hour/sent': () =>
    'All that waited is sent by itself, and the driver is asked. Wait until the refuel says Paid.',
  'close-of-shift/open-shift': ({ amount }) =>
    `Count ${amount} into the drawer. Open the shift in the log, with that amount.`,
  'close-of-shift/cash': ({ plate, amount }) =>
    `The driver of ${plate} declined on the phone and pays you ${amount} in cash. Open the car and settle it as cash.`,
  'close-of-shift/count': ({ counted }) =>
    `Your drawer now holds ${counted}. Close the shift in the log, with what you counted.`,
};

const trainingHints: Record<CoachHint, string> = {
  'check-digits': 'Those were not this car’s digits. Read the plate on the car again: the last four digits.',
  'other-car': 'That is another car. Compare the whole plate before you choose.',
  'wrong-fuel': 'That is not the grade at the pump. The wrong fuel ruins an engine: look at the nozzle.',
  'wrong-pump': 'That is not the pump where the car stands.',
  'wrong-amount': 'That is not what the pump shows. The driver would be asked for the wrong amount.',
  undone: 'You have undone it: nothing was handed over. Hand it over again.',
  'declines-again': 'Asked once more, and the driver says no again. That is their right. Take the cash.',
  'not-cash': 'The driver paid in cash. What the log says must be what is in the drawer.',
  'float-differs':
    'The drawer was opened with another amount than the one in it. The count cannot agree any more.',
  'shift-too-early': 'The shift was closed before the cash was taken. It has to be in it.',
  'count-differs': 'The count does not agree with what was taken. The Z report shows the difference.',
  cancelled: 'It was ended otherwise. That can be right at work; here it ends the exercise.',
};

export const trainingEn = {
  training: {
    title: 'Training',
    /** The band. Short, so that it is read at each glance. */
    band: 'TRAINING',
    bandExplain: 'Nothing here is real',
    leave: 'Leave training',
    documentTitle: (screen: string) => `TRAINING · ${screen}`,
    printed: 'TRAINING – not a record, not a receipt',
    explain:
      'Practise on a lot that exists only here, with its own cars, drivers and money. Nothing you do reaches real customers, the real log or real payments.',
    exercises: 'Exercises',
    minutes: (minutes: number) => `about ${minutes} min`,
    start: 'Start',
    again: 'Do it again',
    next: 'Next one',
    done: 'Finished',
    notDone: 'Not done yet',
    progress: (done: number, of: number) => `${done} of ${of} finished`,
    freeTitle: 'Free practice',
    freeExplain: 'The whole kiosk on a busy lot, without a coach.',
    freeCoach: 'Free practice: cars come and go. Try what you like.',
    starting: 'The lot is being set up. This takes a few seconds.',
    startingLong:
      'Still setting up. The first training at a station takes longest; the next ones begin sooner.',
    notAvailable: 'This station has no training. Ask the installer.',
    everybody: 'Who has finished what',
    nobody: 'Nobody has finished an exercise yet.',
    person: 'Person',
    startFor: 'Train as',
    startForExplain: 'Start it for a colleague: the progress is theirs, and the kiosk locks when they leave.',
    myself: 'Myself',
    mistakes: (count: number) =>
      count === 0 ? 'without a mistake' : count === 1 ? '1 mistake' : `${count} mistakes`,
    coach: 'Coach',
    step: (index: number, of: number) => `Step ${index} of ${of}`,
    showMe: 'Show me where',
    hint: 'Not quite.',
    beginAgain: 'Begin again',
    spoilt: 'Begin this exercise again.',
    finishedTitle: (exercise: string) => `Finished: ${exercise}`,
    finishedMistakes: (mistakes: string, minutes: string) => `${mistakes}, in ${minutes}.`,
    backToList: 'All exercises',
    failed: 'The training stopped by itself. Nothing real was touched. Begin again.',
    here: 'Here',
    realCar: (lane: string) => `A real car is at ${lane}. Leave training.`,
    realCars: (count: number) => `${count} real cars are here. Leave training.`,
  },
  trainingNames: {
    'first-pickup': 'First pickup',
    'first-refuel': 'First refuel',
    'declined-payment': 'Declined payment',
    'offline-hour': 'Offline hour',
    'close-of-shift': 'Close of shift',
  } as Record<ExerciseId, string>,
  trainingAbout: {
    'first-pickup': 'A preorder from the car’s arrival to the hand-over.',
    'first-refuel': 'Find a car by its plate, complete its refuel, wait for the approval.',
    'declined-payment': 'The driver says no on the phone. What now?',
    'offline-hour':
      'The payment server is away, and cars keep coming. The hour is shortened to a few minutes.',
    'close-of-shift': 'Open the drawer, take cash, count, close.',
  } as Record<ExerciseId, string>,
  trainingSteps,
  trainingHints,
};

export const trainingRefusalsEn = {
  'not-in-training': 'That is not part of training. Nothing was changed. Do it at the real kiosk.',
  'training-not-available': 'This station has no training. Nothing was changed. Ask the installer.',
  'training-busy': 'Two people are training here already. Wait until one of them has left, then start again.',
  'training-not-found': 'That training has ended. Nothing real was touched. Start it again.',
  'training-failed': 'Training could not be set up. Nothing real was touched. Try again in a moment.',
} satisfies Partial<Record<RefusalReason, string>>;
