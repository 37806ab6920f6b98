export { applyCart, applyFleet, settlePending } from './cart-book.ts';
export { CartCommands } from './cart-commands.ts';
export {
  applyCartPayments,
  applyCartRefundAnswer,
  applyCartRequest,
  cartPayments,
  cartPaymentView,
} from './cart-payments.ts';
export { refundCart } from './refund-cart.ts';
