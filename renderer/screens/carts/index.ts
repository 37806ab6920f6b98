export { Carts } from './carts.tsx';
