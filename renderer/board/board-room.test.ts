import { describe, expect, it } from 'vitest';
import { type BoardRoom, boardRoom } from './board-room.ts';

const roomAfter = (...counts: number[]) =>
  counts.reduce<BoardRoom>((before, cards) => boardRoom(cards, before), 'roomy');

describe('the room on the board', () => {
  it('makes a few cards large and many small', () => {
    expect([0, 4, 5, 6, 7, 200].map((cards) => roomAfter(cards))).toEqual([
      'roomy',
      'roomy',
      'plain',
      'plain',
      'crowded',
      'crowded',
    ]);
  });

  it('does not change with one car that comes and goes', () => {
    expect(roomAfter(4, 5, 4)).toBe('plain');
    expect(roomAfter(4, 5, 3)).toBe('roomy');
    expect(roomAfter(6, 7, 6)).toBe('crowded');
    expect(roomAfter(6, 7, 5)).toBe('plain');
  });
});
