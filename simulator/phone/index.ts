/** The driver's phone. The one door of this folder. */
export { type PhoneAnswer, phoneAnswers } from './approvals.ts';
export { type ConnectPhone, type PhoneApi, phonesOf, problemCodeOf } from './phone-api.ts';
export {
  type Car,
  type OrderedPreorder,
  type PhoneOptions,
  type RegisteredIds,
  VirtualPhone,
} from './virtual-phone.ts';
