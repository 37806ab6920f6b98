export { Privacy } from './privacy.ts';
