/** 연습 모드에서 하는 말. */
import { withParticle } from './particles.ts';
import type { trainingEn, trainingRefusalsEn } from './training-en.ts';

export const trainingKo: typeof trainingEn = {
  training: {
    title: '연습',
    band: '연습 중',
    bandExplain: '모두 실제가 아닙니다',
    leave: '연습 끝내기',
    documentTitle: (screen) => `연습 중 · ${screen}`,
    printed: '연습용 – 기록도 영수증도 아닙니다',
    explain:
      '여기에만 있는 가상 매장에서 연습합니다. 차량도 고객도 돈도 모두 연습용이라, 무엇을 눌러도 실제 고객과 일지, 결제에는 아무 영향이 없습니다.',
    exercises: '연습 과제',
    minutes: (minutes) => `약 ${minutes}분`,
    start: '시작',
    again: '다시 하기',
    next: '다음 과제',
    done: '완료',
    notDone: '아직 안 함',
    progress: (done, of) => `${of}개 중 ${done}개 완료`,
    freeTitle: '자유 연습',
    freeExplain: '안내 없이, 차가 계속 드나드는 매장에서 키오스크 전체를 써 봅니다.',
    freeCoach: '자유 연습입니다. 차가 계속 드나듭니다. 마음껏 눌러 보세요.',
    starting: '연습 매장을 준비하고 있습니다. 몇 초 걸립니다.',
    startingLong:
      '아직 준비하고 있습니다. 이 매장의 첫 연습은 조금 더 걸리고, 다음부터는 더 빨리 시작됩니다.',
    notAvailable: '이 스테이션에서는 연습할 수 없습니다. 설치 담당자에게 문의해 주세요.',
    everybody: '누가 어떤 과제를 마쳤나요',
    nobody: '아직 과제를 마친 사람이 없습니다.',
    person: '이름',
    startFor: '연습하는 사람',
    startForExplain:
      '동료 대신 시작해 줄 수 있습니다. 진도는 그 동료에게 남고, 연습을 끝내면 키오스크가 잠깁니다.',
    myself: '나',
    mistakes: (count) => (count === 0 ? '실수 없음' : `실수 ${count}번`),
    coach: '안내',
    step: (index, of) => `${of}단계 중 ${index}단계`,
    showMe: '어디인지 보기',
    hint: '다시 한번 볼까요?',
    beginAgain: '처음부터 다시',
    spoilt: '이 과제를 처음부터 다시 해 주세요.',
    finishedTitle: (exercise) => `완료: ${exercise}`,
    finishedMistakes: (mistakes, minutes) => `${mistakes}, ${minutes} 걸렸습니다.`,
    backToList: '전체 과제',
    failed: '연습이 저절로 멈췄습니다. 실제 업무에는 아무 영향이 없습니다. 다시 시작해 주세요.',
    here: '여기',
    realCar: (lane) => `실제 차량이 ${lane}에 있습니다. 연습을 끝내 주세요.`,
    realCars: (count) => `실제 차량 ${count}대가 와 있습니다. 연습을 끝내 주세요.`,
  },
  trainingNames: {
    'first-pickup': '첫 픽업',
    'first-refuel': '첫 주유',
    'declined-payment': '결제 거절',
    'offline-hour': '서버가 끊긴 한 시간',
    'close-of-shift': '근무 마감',
  },
  trainingAbout: {
    'first-pickup': '선주문 차량이 도착해서 물건을 건네기까지 해 봅니다.',
    'first-refuel': '차량번호로 차를 찾아 주유 완료를 누르고 승인을 기다립니다.',
    'declined-payment': '고객이 휴대폰에서 거절했습니다. 이제 어떻게 할까요?',
    'offline-hour': '결제 서버가 끊겼지만 차는 계속 옵니다. 한 시간을 몇 분으로 줄였습니다.',
    'close-of-shift': '돈통을 열고, 현금을 받고, 세어서 마감합니다.',
  },
  trainingSteps: {
    'first-pickup/arrives': ({ plate, lane }) =>
      `끝자리 ${plate} 차량이 선주문을 찾으러 오고 있습니다. 카드에 ‘${lane}’ 표시가 나올 때까지 기다려 주세요.`,
    'first-pickup/ready': ({ plate }) =>
      `${plate} 차량의 주문을 포장해 주세요. 다 되면 준비 완료를 눌러 주세요.`,
    'first-pickup/hand-over': ({ plate }) =>
      `차로 가져가서 상품 전달을 눌러 주세요. 차에 붙은 번호판 끝자리가 ${plate}입니다. 그대로 입력해 주세요.`,
    'first-pickup/told': () =>
      '전달했습니다. 몇 초 동안은 되돌릴 수 있습니다. 그다음 서버가 결제를 마칩니다. 기다려 주세요.',
    'first-refuel/arrives': ({ plate, lane }) =>
      `끝자리 ${plate} 차량이 주유하러 오고 있습니다. ${lane}에 설 때까지 기다려 주세요.`,
    'first-refuel/complete': ({ plate, lane, grade, amount }) =>
      `${lane}에서 ${grade} ${amount}어치를 넣었습니다. 주유 화면을 열어 ${withParticle(plate, '을/를')} 누르고, 주유기에 나온 그대로 입력한 뒤 주유 완료를 눌러 주세요.`,
    'first-refuel/paid': () =>
      '고객 휴대폰으로 승인을 요청했습니다. 시동이 걸려 있어야 승인됩니다. 결제 완료가 나올 때까지 기다려 주세요.',
    'declined-payment/arrives': ({ plate, lane }) =>
      `끝자리 ${plate} 차량이 주유하러 오고 있습니다. ${lane}에 설 때까지 기다려 주세요.`,
    'declined-payment/complete': ({ plate, lane, grade, amount }) =>
      `${lane}에서 ${grade} ${amount}어치를 넣었습니다. 주유 화면을 열어 ${withParticle(plate, '을/를')} 누르고, 주유기에 나온 그대로 입력한 뒤 주유 완료를 눌러 주세요.`,
    'declined-payment/declined': () => '고객 휴대폰으로 승인을 요청했습니다. 어떤 답이 오는지 봐 주세요.',
    'declined-payment/settle': ({ amount }) =>
      `거절되었습니다. 고객이 들어와 현금 ${withParticle(amount, '을/를')} 냅니다. 다른 방법으로 결제를 누르고 현금을 고른 뒤 사유를 적어 주세요.`,
    'offline-hour/line-lost': () => '곧 결제 서버와 연결이 끊깁니다. 화면 위쪽 알림을 봐 주세요.',
    'offline-hour/pickup': ({ plate, lane }) =>
      `그래도 일은 계속됩니다. ${plate} 차량이 선주문을 찾으러 ${lane}에 옵니다. 준비 완료를 누르고 상품을 전달해 주세요.`,
    'offline-hour/refuel': ({ plate, lane, grade, amount }) =>
      `${plate} 차량이 ${lane}에 옵니다. ${grade} ${amount}어치를 넣었습니다. 그대로 주유 완료를 눌러 주세요. 결제는 기다립니다.`,
    'offline-hour/line-back': () =>
      '한 시간이 지났다고 해 보겠습니다. 이제 연결이 돌아옵니다. 알림이 사라지는지 봐 주세요.',
    'offline-hour/sent': () =>
      '기다리던 것은 저절로 모두 전송되고, 고객에게 승인을 요청합니다. 결제 완료가 나올 때까지 기다려 주세요.',
    'close-of-shift/open-shift': ({ amount }) =>
      `준비금 ${withParticle(amount, '을/를')} 세어 돈통에 넣어 주세요. 일지에서 그 금액으로 근무를 시작해 주세요.`,
    'close-of-shift/cash': ({ plate, amount }) =>
      `${plate} 고객이 휴대폰에서 거절하고 현금 ${withParticle(amount, '을/를')} 냅니다. 그 차를 열고 현금으로 처리해 주세요.`,
    'close-of-shift/count': ({ counted }) =>
      `이제 돈통에 ${withParticle(counted, '이/가')} 있습니다. 일지에서 센 금액을 적고 근무를 마감해 주세요.`,
  },
  trainingHints: {
    'check-digits': '이 차의 번호가 아닙니다. 차에 붙은 번호판의 끝 네 자리를 다시 봐 주세요.',
    'other-car': '다른 차입니다. 고르기 전에 차량번호 전체를 비교해 주세요.',
    'wrong-fuel': '주유한 유종이 아닙니다. 혼유는 엔진을 망가뜨립니다. 노즐을 다시 봐 주세요.',
    'wrong-pump': '차가 서 있는 주유기가 아닙니다.',
    'wrong-amount': '주유기에 나온 금액이 아닙니다. 고객에게 틀린 금액을 요청하게 됩니다.',
    undone: '되돌렸습니다. 아직 전달하지 않은 것으로 되었습니다. 다시 전달해 주세요.',
    'declines-again': '다시 요청했지만 고객이 또 거절했습니다. 고객의 권리입니다. 현금을 받아 주세요.',
    'not-cash': '고객은 현금으로 냈습니다. 일지의 내용은 돈통 안의 돈과 같아야 합니다.',
    'float-differs': '돈통에 든 것과 다른 금액으로 시작했습니다. 이제 금액이 맞을 수 없습니다.',
    'shift-too-early': '현금을 받기 전에 근무를 마감했습니다. 받은 현금이 들어 있어야 합니다.',
    'count-differs': '센 금액이 받은 돈과 다릅니다. 마감 보고서에 차액이 나옵니다.',
    cancelled: '다른 방법으로 끝냈습니다. 실제로는 맞을 수 있지만, 이 과제는 여기서 끝납니다.',
  },
};

export const trainingRefusalsKo: typeof trainingRefusalsEn = {
  'not-in-training': '연습에서는 할 수 없는 일입니다. 바뀐 것은 없습니다. 실제 키오스크에서 해 주세요.',
  'training-not-available':
    '이 스테이션에서는 연습할 수 없습니다. 바뀐 것은 없습니다. 설치 담당자에게 문의해 주세요.',
  'training-busy': '이미 두 사람이 연습하고 있습니다. 한 사람이 끝낸 뒤에 다시 시작해 주세요.',
  'training-not-found': '그 연습은 끝났습니다. 실제 업무에는 아무 영향이 없습니다. 다시 시작해 주세요.',
  'training-failed':
    '연습을 준비하지 못했습니다. 실제 업무에는 아무 영향이 없습니다. 잠시 뒤에 다시 시도해 주세요.',
};
