/**
 * How much room each card has. A few cars are shown large, to be read from across the shop; many stand in
 * more columns. The limits overlap, so that the board does not change its size with every car.
 */
export type BoardRoom = 'roomy' | 'plain' | 'crowded';

export function boardRoom(cards: number, before: BoardRoom): BoardRoom {
  if (cards <= (before === 'roomy' ? 4 : 3)) return 'roomy';
  return cards > (before === 'crowded' ? 5 : 6) ? 'crowded' : 'plain';
}
