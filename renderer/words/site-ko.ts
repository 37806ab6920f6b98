/** 매장 설정 화면에서 하는 말. */
import type { siteEn, siteRefusalsEn } from './site-en.ts';

export const siteKo: typeof siteEn = {
  personStory: {
    open: '처리 내역',
    title: (name) => `${name} 님의 처리 내역`,
    signedIn: (kiosk, time) => `${kiosk}에서 ${time}부터 로그인 중`,
    thisKiosk: '이름 없는 키오스크',
    notSignedIn: '로그인한 곳이 없습니다.',
    nothing: '이 구간의 일지에는 내역이 없습니다.',
    older: '이전 내역',
  },
  siteForm: {
    title: '매장과 기준 시간',
    language: '새 키오스크의 언어',
    korean: '한국어',
    english: 'English',
    dayStart: '영업일 시작 시각',
    undo: '전달 되돌리기 시간 (초)',
    nameNeeded: '매장 이름을 입력해 주세요.',
    amberWrong: '1초 이상을 정수로 입력해 주세요.',
    redWrong: '주의 시간보다 긴 초를 정수로 입력해 주세요.',
    undoWrong: '0~600초를 정수로 입력해 주세요.',
    lockWrong: '10초 이상을 정수로 입력해 주세요.',
    amountWrong: '금액을 입력하거나, 쓰지 않으려면 비워 두세요.',
    byServer:
      '등록된 매장의 통화와 시간대, 시거잭 인증이 필요한 금액은 결제 서버가 정합니다. 바꾸려면 운영사에 문의해 주세요.',
    lanesExplain: '번호는 바닥에 적힌 번호입니다. 차량이 서 있는 자리는 삭제할 수 없습니다.',
    noLanes: '아직 자리가 없습니다. 매장의 픽업 자리와 주유기를 추가해 주세요.',
    kind: '종류',
    bay: '픽업',
    pump: '주유기',
    number: '번호',
    ownName: '따로 부르는 이름',
    addLane: '자리 추가',
    removeLane: (name) => `${name} 삭제`,
    numberWrong: '1~99를 입력해 주세요.',
    laneTwice: '같은 종류와 번호가 이미 있습니다.',
    gradesTitle: '유종과 가격',
    gradesExplain: '새 가격은 다음 주유부터 적용됩니다. 진행 중인 주유는 그대로입니다.',
    noGrades: '아직 판매하는 유종이 없습니다.',
    gradeName: '유종',
    gradeNameKo: '한글 이름',
    fuel: '연료',
    price: (currency) => `리터당 가격 (${currency})`,
    addGrade: '유종 추가',
    removeGrade: (name) => `${name} 삭제`,
    gradeNameNeeded: '이름을 입력해 주세요.',
    priceWrong: '주유기에 표시된 가격을 0보다 크게 입력해 주세요.',
    unsaved: '아직 저장하지 않았습니다.',
    newer: '그사이 다른 사람이 바꿨습니다. 입력한 내용은 그대로 있고 아직 저장되지 않았습니다.',
    newerNow: (now) =>
      `그사이 다른 사람이 바꿨습니다. 지금 값은 ‘${now}’입니다. 입력한 내용은 그대로 있고 아직 저장되지 않았습니다.`,
    takeTheirs: '새 내용 보기, 내 입력 버리기',
    keepMine: '내 입력 유지 (저장하면 덮어씀)',
  },
};

export const siteRefusalsKo: typeof siteRefusalsEn = {
  'lane-in-use':
    '그 자리에 차량이 있습니다. 바뀐 것은 없습니다. 차량이 떠난 뒤 다시 하거나 방문을 닫아 주세요.',
  'lane-twice': '종류와 번호가 같은 자리가 있습니다. 바뀐 것은 없습니다. 다른 번호를 써 주세요.',
  'grade-in-use': '그 유종은 주유 또는 결제 중입니다. 바뀐 것은 없습니다. 끝난 뒤 다시 해 주세요.',
  'grade-twice': '같은 유종이 두 번 있습니다. 바뀐 것은 없습니다. 하나를 지워 주세요.',
  'limits-out-of-order': '경고는 주의보다 늦어야 합니다. 바뀐 것은 없습니다. 둘 중 하나를 바꿔 주세요.',
  'time-zone-unknown': '스테이션이 모르는 시간대입니다. 바뀐 것은 없습니다. 다른 시간대를 선택해 주세요.',
  'currency-unknown': '스테이션이 모르는 통화입니다. 바뀐 것은 없습니다. 다른 통화를 선택해 주세요.',
  'changed-meanwhile': '그사이 다른 사람이 바꿨습니다. 바뀐 것은 없습니다. 다시 확인해 주세요.',
  'set-by-server':
    '등록된 매장에서는 결제 서버가 정하는 값입니다. 바뀐 것은 없습니다. 결제 서버 운영자에게 문의해 주세요.',
};
