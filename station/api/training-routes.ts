import type { Core } from '../core/types.ts';
import type { Trainings } from '../training/index.ts';
import { answer, type SignedDoor } from './guards.ts';

/** Training's part of the router. The station behind it has a router of its own: this one. */
export function trainingRoutes(signed: SignedDoor, core: Core, trainings: Trainings) {
  const { training } = signed;
  return {
    training: {
      progress: training.progress.handler(({ context }) => {
        const { person } = context.session;
        trainings.prepare();
        const people = person.role === 'manager' ? core.staff.people() : [person];
        return { available: trainings.available, people: trainings.progress(people) };
      }),
      begin: training.begin.handler(async ({ input, context, errors }) => {
        const { person } = context.session;
        const forSelf = input.forStaffId === null || input.forStaffId === person.staffId;
        if (!forSelf && person.role !== 'manager') throw errors.FORBIDDEN({ data: { needs: ['manager'] } });
        const trainee = forSelf
          ? person
          : core.staff.people().find(({ staffId }) => staffId === input.forStaffId);
        if (trainee === undefined) throw errors.REFUSED({ data: { reason: 'staff-not-found' } });
        return answer(await trainings.begin(person, trainee, input.practice), errors);
      }),
      coach: training.coach.handler(({ input, context, errors, signal }) => {
        const mayRead = () => core.staff.session(context.token) !== null;
        const views = trainings.coach(context.session.person, input.trainingId, signal, mayRead);
        if (views === null) throw errors.REFUSED({ data: { reason: 'training-not-found' } });
        return views;
      }),
      wire: training.wire.handler(({ input, context, errors, signal }) => {
        const mayRead = () => core.staff.session(context.token) !== null;
        const texts = trainings.wire(context.session.person, input, signal, mayRead);
        if (texts === null) throw errors.REFUSED({ data: { reason: 'training-not-found' } });
        return texts;
      }),
      say: training.say.handler(({ input, context, errors }) =>
        answer(trainings.say(context.session.person, input), errors),
      ),
      leave: training.leave.handler(async ({ input, context }) => {
        await trainings.leave(context.session.person, input.trainingId);
        return {};
      }),
    },
  };
}
