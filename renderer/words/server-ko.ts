import type { serverEn } from './server-en.ts';

export const serverKo: typeof serverEn = {
  serverProblems: {
    'invalid-request': '결제 서버가 이 기록을 읽지 못했습니다. 보류하고 키오스크 담당자에게 알려 주세요.',
    unauthorized:
      '결제 서버가 이 매장의 로그인을 받아들이지 않습니다. 설치 담당이 설정에서 다시 연결해야 합니다.',
    forbidden: '결제 서버에 정해 둔 매장 규칙상 허용되지 않습니다.',
    'not-found': '결제 서버에 해당 내역이 없습니다.',
    conflict: '결제 서버에는 다르게 기록되어 있습니다.',
    'idempotency-key-missing':
      '결제 서버가 이 기록을 다른 기록과 구별하지 못했습니다. 보류하고 키오스크 담당자에게 알려 주세요.',
    'idempotency-key-reused': '결제 서버에 같은 번호로 다른 기록이 있습니다.',
    'pairing-code-refused':
      '연결 코드가 틀렸거나 이미 사용되었거나 기한이 지났습니다. 운영사에 새 코드를 요청해 주세요.',
    'code-already-registered': '이 시거잭 코드는 이미 등록되어 있습니다.',
    'plate-invalid': '결제 서버가 차량번호로 인식하지 못했습니다.',
    'preorder-not-open': '결제 서버에는 이미 전달되었거나 취소된 선주문입니다.',
    'item-not-found': '결제 서버에 없는 품목입니다.',
    'item-sold-out': '오늘 품절된 품목입니다.',
    'card-declined': '고객의 카드가 거절되었습니다.',
    'car-did-not-enter':
      '결제 서버에 이 차량의 도착이 아직 전달되지 않았습니다. 도착이 전달된 뒤 다시 보내 주세요.',
    'amount-disagrees': '금액이 단가와 주유량에 맞지 않거나 통화가 다릅니다.',
    'request-not-waiting': '결제 서버에서 이미 끝난 결제 요청입니다.',
    'auth-code-wrong': '시거잭 인증 코드가 맞지 않았습니다.',
    'auth-code-stale': '시거잭 인증 코드의 유효 시간이 지났습니다.',
    'auth-code-replayed': '이미 사용된 시거잭 인증 코드입니다.',
    'amount-mismatch': '요청한 금액과 다르거나 환불할 수 있는 금액보다 큽니다.',
    'site-mismatch': '다른 매장에 대한 승인입니다.',
    'too-many-attempts': '잘못된 응답이 너무 많았습니다.',
    'cart-taken': '다른 고객이 사용 중인 카트입니다.',
    'cart-not-in-use': '이제 아무도 사용하지 않는 카트입니다.',
    'cart-not-empty': '카트에 아직 상품이 있습니다.',
    'cart-needs-attention': '먼저 카트를 확인해야 합니다.',
    'cart-checking-out': '카트를 결제하는 중입니다.',
    'too-many-requests': '결제 서버에 요청이 몰려 있습니다. 자동으로 다시 보냅니다.',
    'too-large': '결제 서버가 받을 수 있는 것보다 큰 기록입니다.',
    internal: '결제 서버에 문제가 생겼습니다. 자동으로 다시 보냅니다.',
    unavailable: '결제 서버가 바쁘거나 점검 중입니다. 자동으로 다시 보냅니다.',
    network: '결제 서버가 응답하지 않았습니다. 자동으로 다시 보냅니다.',
    'answer-not-understood':
      '결제 서버의 응답을 읽을 수 없었습니다. 이 네트워크에 별도 로그인이 필요할 수 있습니다.',
  },
  marksRefused: {
    'menu-sold-out item-not-found': '이제 매장 메뉴에 없는 품목입니다. 더 하실 일은 없으니 보류해 주세요.',
    'arrival conflict': '결제 서버에는 이 방문이 다른 차량의 것으로 되어 있습니다.',
    'refuel-completed conflict': '결제 서버에 이 주유의 다른 결제 요청이 있습니다.',
    'settled-otherwise conflict':
      '기록은 되었지만 고객이 앱으로도 결제했거나 결제하는 중입니다. 두 번 받은 금액은 돌려주세요.',
    'charge-requested conflict': '결제 서버에 이 결제 요청이 다른 내용으로 있습니다.',
    'charge-requested forbidden':
      '이 금액부터는 시거잭 인증 코드가 필요합니다. 시거잭 인증으로 다시 요청해 주세요.',
    'charge-refunded conflict': '결제 서버에 이 환불이 다른 금액 또는 다른 결제로 있습니다.',
    'charge-refunded request-not-waiting': '결제가 끝난 것만 환불할 수 있는데, 아직 결제되지 않았습니다.',
    'charge-refunded amount-mismatch': '남은 결제 금액보다 많이 환불하려고 했습니다.',
    'preorder-ready preorder-not-open': '고객이 취소한 선주문입니다. 준비하지 마세요.',
    'preorder-handed-over preorder-not-open':
      '취소된 선주문인데 전달되었습니다. 결제된 금액이 없으니 고객과 확인해 주세요.',
    'conflict paid-twice': '같은 건을 고객이 두 번 결제했습니다. 한 건은 돌려주세요.',
    'conflict refund-refused': '환불이 거절되었습니다. 고객에게 돈이 돌아가지 않았습니다.',
    'conflict cancelled-after-hand-over': '결제 서버에서는 취소된 선주문인데 여기서는 이미 전달되었습니다.',
  },
  serverSaid: {
    unknown: '결제 서버가 거절했습니다.',
    inItsWords: (text) => `서버: ${text}`,
  },
  declinedBecause: {
    'driver-declined': '고객이 거절했습니다.',
    'too-many-attempts': '시거잭 인증 코드가 다섯 번 틀렸습니다.',
    'jack-blocked': '사용이 정지된 시거잭입니다.',
    'card-declined': '카드사에서 결제를 거절했습니다.',
    'capture-declined': '예약한 금액을 카드사에서 지급하지 않았습니다.',
  },
};
