import type { menuEn } from './menu-en.ts';

/** Words of the Menu screen, in Korean. */
export const menuKo: typeof menuEn = {
  menu: {
    title: '메뉴',
    counts: (soldOut) => (soldOut === 0 ? '품절된 메뉴 없음' : `오늘 품절 ${soldOut}개`),
    none: '이 매장은 휴대폰 주문을 받지 않습니다.',
    notYet: '결제 서버에서 아직 메뉴를 받지 못했습니다.',
    offline: (ago) =>
      `결제 서버와 연결되지 않았습니다. ${ago} 받은 메뉴입니다. 바꾸신 내용은 저장했다가 나중에 보내며, 그때까지 휴대폰에서는 주문할 수 있습니다.`,
    find: '메뉴 찾기',
    noMatch: '이름이 일치하는 메뉴가 없습니다.',
    soldOut: '오늘 품절',
    markSoldOut: '오늘 품절',
    sellAgain: '다시 판매',
    until: (time) => `${time}까지`,
    doneSoldOut: (name) => `${name}: 오늘 품절로 표시했습니다. 결제된 주문은 그대로입니다.`,
    doneSellAgain: (name) => `${name}: 다시 주문할 수 있습니다.`,
    moreThanThisOrder: '남은 것이 없다면 메뉴에서도 오늘 품절로 표시해 주세요.',
    toMenu: '메뉴로 가기',
  },
};
