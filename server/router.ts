/** Every route of the contract and who serves it. The compiler refuses it while one is missing. */
import { sql } from 'drizzle-orm';
import { answerApproval, approvals, refundPayment, requestCharge } from './approvals/index.ts';
import {
  acknowledgeCart,
  cart,
  cartPayments,
  carts,
  checkOutCart,
  checkOutMyCart,
  freeCart,
  leaveCart,
  myCart,
  priceItem,
  putInCart,
  takeCart,
  takeFromCart,
  weighCart,
} from './carts/index.ts';
import { carsByDigits, expectedCodes, reportCode } from './codes/index.ts';
import { addPaymentMethod, addVehicle, registerDriver } from './drivers/index.ts';
import { phoneEvents, siteEvents } from './events/routes.ts';
import { asPublic, router as routerOf } from './http/context.ts';
import { challengeJack } from './jacks/index.ts';
import { statement } from './ledger/statement.ts';
import {
  cancelPreorder,
  createPreorder,
  editPreorder,
  getPreorder,
  itemUnavailable,
  preorderHandedOver,
  preorderReady,
  sayOnTheWay,
} from './preorders/index.ts';
import {
  cancelPaymentRequest,
  driveOffs,
  getPaymentRequest,
  refuelCompleted,
  releases,
  reportArrival,
  reportDeparture,
  settledOtherwise,
} from './refuels/index.ts';
import {
  account,
  addJack,
  answerTransfer,
  askForJack,
  blockJack,
  invitePhone,
  registerPhone,
  releaseJack,
  renewToken,
  revokePhone,
  syncJack,
  unblockJack,
} from './registry/index.ts';
import {
  enrol,
  menu,
  publishedMenu,
  publishMenu,
  renewCredential,
  setNoShowRule,
  setSoldOut,
  signingKeys,
  site,
} from './sites/index.ts';
import { serverVersion } from './version.ts';

/** Well only while the database answers: who balances the load sends nobody here otherwise. */
const health = asPublic.health.handler(async ({ context }) => {
  await context.app.db.execute(sql`SELECT 1`);
  return { status: 'ok' as const, version: serverVersion, nowMs: context.app.clock.nowMs() };
});

export const router = routerOf({
  public: { health, enrol, registerDriver, registerPhone },
  phone: {
    addVehicle,
    addJack,
    addPaymentMethod,
    menu,
    createPreorder,
    getPreorder,
    sayOnTheWay,
    cancelPreorder,
    editPreorder,
    approvals,
    answerApproval,
    phoneEvents,
    takeCart,
    myCart,
    leaveCart,
    checkOutMyCart,
    account,
    invitePhone,
    revokePhone,
    renewToken,
    challengeJack,
    blockJack,
    unblockJack,
    syncJack,
    releaseJack,
    askForJack,
    answerTransfer,
  },
  cart: { cart, putInCart, takeFromCart, weighCart },
  site: {
    site,
    renewCredential,
    publishMenu,
    publishedMenu,
    setNoShowRule,
    setSoldOut,
    signingKeys,
    expectedCodes,
    reportCode,
    reportArrival,
    reportDeparture,
    carsByDigits,
    preorderReady,
    itemUnavailable,
    preorderHandedOver,
    refuelCompleted,
    settledOtherwise,
    cancelPaymentRequest,
    requestCharge,
    refundPayment,
    statement,
    getPaymentRequest,
    releases,
    driveOffs,
    siteEvents,
    carts,
    freeCart,
    acknowledgeCart,
    checkOutCart,
    priceItem,
    cartPayments,
  },
});
