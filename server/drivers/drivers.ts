/** Drivers, their phones, vehicles and payment methods. */
import { newId, parsePlate } from '../../shared/domain/index.ts';
import { tables } from '../db/index.ts';
import { asPhone, asPublic, hashToken, newToken, once, refuse } from '../http/index.ts';

export const registerDriver = asPublic.registerDriver.handler(({ context, input }) =>
  once(context, 'public', 'registerDriver', input, async ({ tx, nowMs }) => {
    const driverId = newId();
    const phoneId = newId();
    const token = newToken('phone');
    await tx
      .insert(tables.drivers)
      .values({ id: driverId, name: input.name, locale: input.locale, createdAtMs: nowMs });
    await tx.insert(tables.phones).values({
      id: phoneId,
      driverId,
      name: input.phoneName,
      tokenHash: hashToken(token),
      createdAtMs: nowMs,
    });
    return { answer: { driverId, phoneId, token } };
  }),
);

export const addVehicle = asPhone.addVehicle.handler(({ context, input }) =>
  once(context, `phone:${context.phoneId}`, 'addVehicle', input, async ({ tx, nowMs }) => {
    const plate = parsePlate(input.plate);
    if (plate === null) throw refuse('plate-invalid', 'A plate has letters or digits, at most 16 of them.');
    const vehicleId = newId();
    const { model, color, fuel } = input;
    await tx.insert(tables.vehicles).values({
      id: vehicleId,
      driverId: context.driverId,
      plateTyped: input.plate,
      plate,
      model,
      color,
      fuel,
      createdAtMs: nowMs,
    });
    return { answer: { vehicleId, vehicle: { plate: input.plate, model, color, fuel } } };
  }),
);

export const addPaymentMethod = asPhone.addPaymentMethod.handler(({ context, input }) =>
  once(context, `phone:${context.phoneId}`, 'addPaymentMethod', input, async ({ tx, nowMs }) => {
    const paymentMethodId = newId();
    await tx.insert(tables.paymentMethods).values({
      id: paymentMethodId,
      driverId: context.driverId,
      processorToken: input.processorToken,
      label: input.label,
      createdAtMs: nowMs,
    });
    return { answer: { paymentMethodId } };
  }),
);
