/** The demo's carts: the same at the demo server, which seeds them, and at the simulator, which pushes them. */
export const demoCartNumbers = [1, 2, 3, 4, 5, 6] as const;
export const demoCartCode = (number: number): string => `CART-DEMO-${String(number).padStart(4, '0')}`;
/** Known to everybody, as the demo's PINs are: no real cart has such a token. */
export const demoCartToken = (number: number): string => `cart_demo-cart-number-${number}`;
