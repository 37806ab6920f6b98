import { TokenBucket } from '../../shared/domain/index.ts';

/**
 * The PIN attempts of one connection, or of one joined kiosk over all of its connections. PIN hashing costs memory
 * and time on purpose, so nobody may ask for it without end; the lock of one person's PIN is the staff folder's.
 */
export class SignInLimit extends TokenBucket {}
