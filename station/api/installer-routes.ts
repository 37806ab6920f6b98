import type { Core } from '../core/types.ts';
import type { Installer } from '../installer/index.ts';
import { answer, type SignedDoor } from './guards.ts';

/** The installer's part of the router. */
export function installerRoutes(signed: SignedDoor, core: Core, installer: Installer) {
  const { receivers, lanes, walkTest, recording, testBeacon, diagnostics } = signed;
  return {
    receivers: {
      discover: receivers.discover.handler(() => installer.discover()),
      check: receivers.check.handler(({ input, signal }) => installer.check(input.spec, signal)),
      remedy: receivers.remedy.handler(async ({ input }) => ({
        remedy: await installer.remedy(input.spec, input.reason),
      })),
      add: receivers.add.handler(async ({ input, context, errors }) =>
        answer(await installer.add(context.actor, input), errors),
      ),
      rename: receivers.rename.handler(({ input, context, errors }) =>
        answer(installer.rename(context.actor, input), errors),
      ),
      remove: receivers.remove.handler(async ({ input, context, errors }) =>
        answer(await installer.remove(context.actor, input), errors),
      ),
      live: receivers.live.handler(({ context, errors, signal }) =>
        installer.live({
          signal,
          mayWatch: () => core.staff.session(context.token) !== null,
          ended: () => errors.UNAUTHORIZED(),
        }),
      ),
      why: receivers.why.handler(({ input }) => ({ why: installer.why(input) })),
    },
    lanes: {
      get: lanes.get.handler(() => ({ lanes: installer.lanes() })),
      set: lanes.set.handler(({ input, context, errors }) =>
        answer(installer.setLanes(context.actor, input), errors),
      ),
    },
    walkTest: {
      state: walkTest.state.handler(() => installer.walkState()),
      start: walkTest.start.handler(({ input, context, errors }) =>
        answer(installer.startWalk(context.actor, input), errors),
      ),
      mark: walkTest.mark.handler(({ input, errors }) => answer(installer.markWalk(input), errors)),
      takeBack: walkTest.takeBack.handler(({ input, errors }) =>
        answer(installer.takeMarkBack(input), errors),
      ),
      finish: walkTest.finish.handler(async ({ input, context, errors }) =>
        answer(await installer.finishWalk(context.actor, input), errors),
      ),
      cancel: walkTest.cancel.handler(({ input, context, errors }) =>
        answer(installer.cancelWalk(context.actor, input), errors),
      ),
      reports: walkTest.reports.handler(() => ({ reports: installer.walkReports() })),
      report: walkTest.report.handler(({ input, errors }) =>
        answer(installer.walkReport(input.testId), errors),
      ),
    },
    recording: {
      list: recording.list.handler(() => installer.recordings()),
      start: recording.start.handler(async ({ input, context, errors }) =>
        answer(await installer.startRecording(context.actor, input), errors),
      ),
      stop: recording.stop.handler(async ({ input, context, errors }) =>
        answer(await installer.stopRecording(context.actor, input), errors),
      ),
      replay: recording.replay.handler(async ({ input, errors, signal }) =>
        answer(await installer.replay(input.recordingId, input.speed, signal), errors),
      ),
      read: recording.read.handler(async ({ input, errors }) =>
        answer(await installer.readRecording(input), errors),
      ),
    },
    testBeacon: {
      get: testBeacon.get.handler(() => installer.beacon()),
      set: testBeacon.set.handler(({ input, context, errors }) =>
        answer(installer.setBeacon(context.actor, input), errors),
      ),
      clear: testBeacon.clear.handler(({ input, context, errors }) =>
        answer(installer.clearBeacon(context.actor, input), errors),
      ),
    },
    diagnostics: {
      bundle: diagnostics.bundle.handler(() => installer.diagnostics()),
    },
  };
}
