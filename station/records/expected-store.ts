/** The cars the server told this site to expect, and their codes. Unknown codes never get in here. */
import type Database from 'better-sqlite3';
import { parsePlate } from '../../shared/domain/index.ts';
import type { ExpectedCar, ExpectedCode } from '../../shared/server-contract/index.ts';

/** Clocks of jack, server and site differ a little: a code is taken this long before and after its time. */
const codeSlackMs = 60_000;
/** A car that is known only because the server was asked about it is forgotten after this. */
const askedCarKeptMs = 24 * 3_600_000;

export class ExpectedStore {
  readonly #byCode: Database.Statement;
  readonly #byJack: Database.Statement;
  readonly #byPlate: Database.Statement;
  readonly #all: Database.Statement;
  readonly #keepCar: Database.Statement;
  readonly #keepCode: Database.Statement;
  readonly #dropCars: Database.Statement;
  readonly #dropCodes: Database.Statement;
  readonly #dropCarOf: Database.Statement;
  readonly #dropCodesOf: Database.Statement;
  readonly #dropPast: Database.Statement;
  readonly #forgetCar: Database.Statement;
  readonly #forgetCodes: Database.Statement;

  constructor(sqlite: Database.Database) {
    this.#byCode = sqlite
      .prepare(
        `SELECT car FROM expected_codes JOIN expected_cars USING (jack_id)
         WHERE code = ? AND (valid_from_ms IS NULL OR valid_from_ms <= ?) AND (valid_to_ms IS NULL OR valid_to_ms >= ?)`,
      )
      .pluck();
    this.#byJack = sqlite.prepare('SELECT car FROM expected_cars WHERE jack_id = ?').pluck();
    this.#byPlate = sqlite.prepare('SELECT car FROM expected_cars WHERE plate_normal = ?').pluck();
    this.#all = sqlite.prepare('SELECT car FROM expected_cars').pluck();
    this.#keepCar = sqlite.prepare(
      `INSERT INTO expected_cars VALUES (?, ?, ?, ?, ?) ON CONFLICT (jack_id) DO UPDATE
       SET plate_normal = excluded.plate_normal, car = excluded.car, kept_at_ms = excluded.kept_at_ms,
           generation = max(generation, excluded.generation)`,
    );
    this.#keepCode = sqlite.prepare(
      `INSERT INTO expected_codes VALUES (?, ?, ?, ?, ?) ON CONFLICT (code) DO UPDATE
       SET jack_id = excluded.jack_id, valid_from_ms = excluded.valid_from_ms,
           valid_to_ms = excluded.valid_to_ms, generation = max(generation, excluded.generation)`,
    );
    // Generation 0: not from the list but from asking the server; kept for a day.
    this.#dropCars = sqlite.prepare(
      'DELETE FROM expected_cars WHERE generation < @generation AND (generation > 0 OR kept_at_ms < @oldMs)',
    );
    this.#dropCodes = sqlite.prepare(
      `DELETE FROM expected_codes WHERE generation < @generation
       AND (generation > 0 OR jack_id NOT IN (SELECT jack_id FROM expected_cars))`,
    );
    this.#dropCarOf = sqlite.prepare('DELETE FROM expected_cars WHERE jack_id = ? AND generation > 0');
    this.#dropCodesOf = sqlite.prepare('DELETE FROM expected_codes WHERE jack_id = ? AND generation > 0');
    this.#forgetCar = sqlite.prepare('DELETE FROM expected_cars WHERE jack_id = ?');
    this.#forgetCodes = sqlite.prepare('DELETE FROM expected_codes WHERE jack_id = ?');
    this.#dropPast = sqlite.prepare(
      'DELETE FROM expected_codes WHERE valid_to_ms IS NOT NULL AND valid_to_ms <= ?',
    );
  }

  byCode(code: string, heardAtMs: number): ExpectedCar | null {
    return toCar(this.#byCode.get(code, heardAtMs + codeSlackMs, heardAtMs - codeSlackMs));
  }

  byJack(jackId: string): ExpectedCar | null {
    return toCar(this.#byJack.get(jackId));
  }

  /** By normalised plate; null also when two cars have it. */
  byPlate(plateNormal: string): ExpectedCar | null {
    const cars = this.#byPlate.all(plateNormal);
    return cars.length === 1 ? toCar(cars[0]) : null;
  }

  /** By the number of an open preorder; null also when two have it (a number is not an identity). */
  byPickupNumber(number: string): ExpectedCar | null {
    const wanted = number.trim().toUpperCase();
    const cars = (this.#all.all() as string[])
      .map((text) => JSON.parse(text) as ExpectedCar)
      .filter((car) =>
        car.preorders.some(
          (p) => p.number.toUpperCase() === wanted && (p.state === 'open' || p.state === 'ready'),
        ),
      );
    return cars.length === 1 ? (cars[0] ?? null) : null;
  }

  /** Inside a transaction: a car the server named in an answer or an event, with the code it was heard by. */
  keep(car: ExpectedCar, code: ExpectedCode | null, nowMs: number): void {
    this.#keepCar.run(car.jackId, parsePlate(car.vehicle.plate) ?? '', JSON.stringify(car), nowMs, 0);
    if (code) this.#keepCode.run(code.code, code.jackId, code.validFromMs, code.validToMs, 0);
  }

  /** Inside a transaction: whether it came by the list, by an event or by asking. */
  forget(jackId: string): void {
    this.#forgetCar.run(jackId);
    this.#forgetCodes.run(jackId);
  }

  /** Inside a transaction: the whole list anew. */
  replace(
    cars: readonly ExpectedCar[],
    codes: readonly ExpectedCode[],
    generation: number,
    nowMs: number,
  ): void {
    for (const car of cars) {
      this.#keepCar.run(
        car.jackId,
        parsePlate(car.vehicle.plate) ?? '',
        JSON.stringify(car),
        nowMs,
        generation,
      );
    }
    for (const code of codes) {
      this.#keepCode.run(code.code, code.jackId, code.validFromMs, code.validToMs, generation);
    }
    this.#dropCars.run({ generation, oldMs: nowMs - askedCarKeptMs });
    this.#dropCodes.run({ generation });
  }

  /**
   * Inside a transaction: what changed since the list of `generation`. A car that is named comes with all its
   * codes; of one that is not named only codes of time that was not covered before.
   *
   * @param pastMs codes that ended by then are forgotten
   */
  change(
    changes: { cars: readonly ExpectedCar[]; removed: readonly string[]; codes: readonly ExpectedCode[] },
    pastMs: number,
    generation: number,
    nowMs: number,
  ): void {
    for (const jackId of changes.removed) {
      this.#dropCarOf.run(jackId);
      this.#dropCodesOf.run(jackId);
    }
    for (const { jackId } of changes.cars) this.#dropCodesOf.run(jackId);
    for (const car of changes.cars) {
      const plate = parsePlate(car.vehicle.plate) ?? '';
      this.#keepCar.run(car.jackId, plate, JSON.stringify(car), nowMs, generation);
    }
    for (const code of changes.codes) {
      this.#keepCode.run(code.code, code.jackId, code.validFromMs, code.validToMs, generation);
    }
    this.#dropPast.run(pastMs);
    this.#dropCars.run({ generation, oldMs: nowMs - askedCarKeptMs });
    this.#dropCodes.run({ generation });
  }
}

function toCar(text: unknown): ExpectedCar | null {
  return typeof text === 'string' ? (JSON.parse(text) as ExpectedCar) : null;
}
