/** What an installer does with the radio. For installers and managers only. */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { id } from '../schemas/index.ts';
import { base, command } from './base.ts';
import {
  checkEvent,
  codeText,
  diagnosticsBundle,
  foundReceiver,
  laneRadio,
  laneRadioView,
  liveEvent,
  presenceWhy,
  receiverName,
  receiverSpec,
  recordingView,
  remedyView,
  replayEvent,
  testBeaconView,
  walkReport,
  walkReportHead,
  walkState,
} from './receivers.ts';
import { receiverView } from './views.ts';

const nothing = base.input(z.object({}));
const receiversAnswer = z.object({ receivers: z.array(receiverView) });
const recordingId = z.string().regex(/^[0-9a-z-]{8,60}$/);

export const installerContract = {
  receivers: {
    /** Looks, opens nothing. `problem`: ports could not be listed; a specification can still be typed. */
    discover: nothing.output(
      z.object({ found: z.array(foundReceiver), problem: z.enum(['no-udev', 'list-failed']).nullable() }),
    ),
    /** Opens a candidate for a few seconds and says what it hears; nothing is saved. One at a time. */
    check: base.input(z.object({ spec: receiverSpec })).output(eventIterator(checkEvent)),
    /** Of a receiver that failed for `reason`: what to do on the machine; null: nothing that is known. */
    remedy: base
      .input(z.object({ spec: receiverSpec, reason: z.string().max(60) }))
      .output(z.object({ remedy: remedyView.nullable() })),
    /** Saved, and heard from at once: no restart. */
    add: base
      .input(command({ name: receiverName, spec: receiverSpec }))
      .output(z.object({ receiverId: z.string(), receivers: z.array(receiverView) })),
    rename: base
      .input(command({ receiverId: z.string(), name: receiverName, seen: z.string().max(200).optional() }))
      .output(receiversAnswer),
    remove: base.input(command({ receiverId: z.string() })).output(receiversAnswer),
    /** Levels per code and receiver, at most ten batches a second; a slow reader gets the latest. */
    live: nothing.output(eventIterator(liveEvent)),
    /** Why a car is what it is: which receivers, what levels, since when. null: not known (any more). */
    why: base
      .input(z.object({ visitId: id.optional(), code: codeText.optional() }))
      .output(z.object({ why: presenceWhy.nullable() })),
  },
  lanes: {
    get: nothing.output(z.object({ lanes: z.array(laneRadioView) })),
    /** The lanes named here get these receivers and limits; the others stay. In force at once. */
    set: base
      .input(
        command({
          lanes: z.array(laneRadio).min(1).max(99),
          /** As they were shown while this was typed; one that is otherwise by now refuses the save. */
          seen: z
            .array(laneRadioView.omit({ chosen: true }))
            .max(99)
            .optional(),
          /** The walk test whose proposal this is: it teaches these lanes what a car looks like that stands in them. */
          walkTestId: id.optional(),
        }),
      )
      .output(z.object({ lanes: z.array(laneRadioView) })),
  },
  walkTest: {
    state: nothing.output(walkState),
    /** From now on the trace of this code is kept in memory. */
    start: base.input(command({ code: codeText })).output(walkState),
    /** "I stand in this lane now." Within the time a car must stand it takes the place of the tap before. */
    mark: base.input(command({ laneId: z.string() })).output(walkState),
    /** The last tap was in error. */
    takeBack: base.input(command({})).output(walkState),
    finish: base.input(command({})).output(z.object({ report: walkReport })),
    cancel: base.input(command({})).output(walkState),
    /** Every acceptance report that was kept, newest first. */
    reports: nothing.output(z.object({ reports: z.array(walkReportHead) })),
    report: base.input(z.object({ testId: id })).output(z.object({ report: walkReport })),
  },
  recording: {
    list: nothing.output(z.object({ recordings: z.array(recordingView), freeMb: z.number().nullable() })),
    start: base
      .input(command({ scrambleAddresses: z.boolean() }))
      .output(z.object({ recording: recordingView })),
    stop: base.input(command({})).output(z.object({ recording: recordingView })),
    /**
     * Through the same judgement as the live radio, but apart: no visit is made or touched. `speed`: times as fast
     * as it was heard; null: as fast as it goes. Ends when nobody listens any more.
     */
    replay: base
      .input(z.object({ recordingId, speed: z.number().min(0.1).max(1_000).nullable().default(null) }))
      .output(eventIterator(replayEvent)),
    /** A piece of one receiver's btsnoop file. */
    read: base
      .input(z.object({ recordingId, receiverId: z.string(), offset: z.number().int().min(0) }))
      .output(z.object({ base64: z.string(), nextOffset: z.number().int().nullable() })),
  },
  testBeacon: {
    get: nothing.output(testBeaconView),
    set: base
      .input(
        command({
          code: codeText,
          silentAfterMs: z.number().int().min(5_000).max(600_000).optional(),
          /** The one that was shown; null: none was. */
          seen: codeText.nullable().optional(),
        }),
      )
      .output(testBeaconView),
    clear: base.input(command({ seen: codeText.nullable().optional() })).output(testBeaconView),
  },
  diagnostics: {
    bundle: nothing.output(diagnosticsBundle),
  },
};
