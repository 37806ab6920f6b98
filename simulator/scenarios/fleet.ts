/** Cars as they are seen on Korean forecourts: names, colours, what they burn, and plates that could be. */
import type { Fuel } from '../../shared/domain/index.ts';
import type { Random } from '../radio/index.ts';

export interface FleetModel {
  model: string;
  colors: readonly string[];
  fuel: Fuel;
  /** Vans and lorries carry other numbers than cars. */
  plateClass: 'car' | 'van' | 'truck';
}

export const fleet: readonly FleetModel[] = [
  { model: 'Kona', colors: ['white', 'blue', 'red'], fuel: 'gasoline', plateClass: 'car' },
  { model: 'Sonata', colors: ['grey', 'white', 'black'], fuel: 'gasoline', plateClass: 'car' },
  { model: 'Porter', colors: ['blue', 'white'], fuel: 'diesel', plateClass: 'truck' },
  { model: 'Ray', colors: ['mint', 'white', 'beige'], fuel: 'gasoline', plateClass: 'car' },
  { model: 'Morning', colors: ['red', 'white', 'blue'], fuel: 'gasoline', plateClass: 'car' },
  { model: 'Avante', colors: ['white', 'grey', 'blue'], fuel: 'gasoline', plateClass: 'car' },
  { model: 'Carnival', colors: ['black', 'white', 'grey'], fuel: 'diesel', plateClass: 'van' },
  { model: 'Sorento', colors: ['grey', 'black', 'green'], fuel: 'diesel', plateClass: 'car' },
  { model: 'Tucson', colors: ['grey', 'white', 'green'], fuel: 'diesel', plateClass: 'car' },
  { model: 'Grandeur', colors: ['black', 'grey'], fuel: 'premium-gasoline', plateClass: 'car' },
  { model: 'K5', colors: ['white', 'grey', 'black'], fuel: 'gasoline', plateClass: 'car' },
  { model: 'Torres', colors: ['green', 'grey'], fuel: 'gasoline', plateClass: 'car' },
];

/** Letters of private cars (Ordinance on vehicle registration numbers, annex: 가 … 주). */
const privateLetters = [...'가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주'];

/** `12가3456` or `123가4567`; the serial part runs from 0100 to 9999. */
export function newPlate(random: Random, plateClass: FleetModel['plateClass']): string {
  const long = random.chance(0.5);
  const serial = String(random.int(100, 9999)).padStart(4, '0');
  return `${vehicleClass(random, plateClass, long)}${random.pick(privateLetters)}${serial}`;
}

function vehicleClass(random: Random, plateClass: FleetModel['plateClass'], long: boolean): string {
  switch (plateClass) {
    case 'car':
      return long ? String(random.int(100, 699)) : String(random.int(1, 69)).padStart(2, '0');
    case 'van':
      return String(long ? random.int(700, 799) : random.int(70, 79));
    case 'truck':
      return String(long ? random.int(800, 979) : random.int(80, 97));
  }
}

const familyNames = ['Kim', 'Lee', 'Park', 'Choi', 'Jung', 'Kang', 'Cho', 'Yoon', 'Jang', 'Lim'];
const givenNames = ['Minji', 'Seojun', 'Jiwoo', 'Hana', 'Doyun', 'Yuna', 'Junho', 'Sora', 'Eunji', 'Hyunwoo'];

export function newDriverName(random: Random): string {
  return `${random.pick(givenNames)} ${random.pick(familyNames)}`;
}
