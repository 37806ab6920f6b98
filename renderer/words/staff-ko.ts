/** 직원 화면에 쓰는 말, 한국어. */
import type { staffEn } from './staff-en.ts';

export const staffKo: typeof staffEn = {
  staffTabs: { label: '볼 내용', people: '직원', sessions: '로그인 현황', roles: '권한' },
  sessions: {
    nobody: '로그인한 직원이 없습니다.',
    at: (kiosk, time) => `${kiosk} · ${time}부터`,
    until: (time) => `${time}까지`,
    here: '이 키오스크',
    signOut: '거기서 로그아웃',
    signOutTitle: (name, kiosk) => `${kiosk}에서 ${name} 님을 로그아웃할까요?`,
    signOutExplain:
      '그 키오스크가 바로 잠깁니다. 입력하던 내용은 남아 있고, 같은 직원이 다시 로그인하면 이어집니다.',
    done: (name) => `${name} 님을 로그아웃했습니다.`,
  },
  unlockPin: {
    lift: '잠금 해제',
    done: (name) => `${name} 님이 다시 로그인할 수 있습니다.`,
  },
  abilityTable: {
    caption: '누가 무엇을 할 수 있는지 보여 줍니다. 매장 시스템의 실제 규칙에서 가져옵니다.',
    what: '할 일',
    may: '가능',
    mayNot: '불가',
  },
  abilities: {
    'see-arrivals': '도착 차량 보기',
    'serve-cars': '차량 응대: 직접 등록, 담당, 자리 지정, 마감',
    'hand-over': '준비 완료, 전달, 전달 취소',
    'item-unavailable': '품절 처리 (해당 금액 환불)',
    refuel: '주유, 주유 완료, 다른 방법으로 결제',
    charge: '고객에게 결제 요청',
    refund: '환불 (캐셔는 매니저 PIN 필요)',
    'see-carts': '카트 보기와 확인',
    'check-out-carts': '카트 가격 입력, 계산, 사용 종료',
    shift: '본인 근무 시작과 마감',
    training: '모의 매장에서 연습',
    'daily-log': '일지, 정산, 기록 열람',
    staff: '직원 추가, PIN 재설정, 로그아웃시키기',
    privacy: '차량번호 보관 기간 설정',
    backup: '백업과 복원',
    'site-setup': '매장, 가격, 서버 설정',
    receivers: '수신기, 자리, 현장 점검 설정',
    kiosks: '다른 키오스크 연결',
  },
  privacy: {
    tab: '개인정보',
    title: '차량번호 보관 기간',
    explain:
      '이 기간이 지나면 차량번호, 차종, 색상, 시거잭, 메모를 완전히 지웁니다. 무엇을 언제 누가 팔았는지는 남습니다. 하루에 한 번 자동으로 지웁니다.',
    howLong: '보관 기간',
    days: (n) => (n === 365 ? '1년' : n === 1_825 ? '5년' : `${n}일`),
    saved: (time) => `차량번호를 ${time} 동안 보관합니다.`,
    kept: (n) => `지금 차량번호가 남아 있는 방문은 ${n}건입니다.`,
    lastErased: (day) => `마지막 삭제: ${day}`,
    neverErased: '아직 지운 기록이 없습니다.',
    openMarks: (n) => `결제 서버에 전송되지 않은 오래된 기록이 ${n}건 있어, 전송될 때까지 보관합니다.`,
    backups: '백업에는 그 당시의 차량번호가 남아 있습니다. 다른 곳에 복사한 백업은 직접 지워 주셔야 합니다.',
    olderBackups: (n) =>
      `보관 기간보다 오래된 백업이 ${n}개 있고, 차량번호가 남아 있습니다. 새로 백업한 뒤 예전 파일을 지워 주세요. 복사해 둔 곳도 확인해 주세요. 예전 백업으로 복원하면 다음 날까지 차량번호가 다시 보입니다.`,
    shorterTitle: (time) => `차량번호를 ${time}만 보관할까요?`,
    shorterExplain: '그보다 오래된 차량번호를 지금 지웁니다. 되돌릴 수 없습니다.',
    shorterSubmit: '오래된 것 지우기',
  },
  switchPerson: { label: '다른 직원', explain: '지금 화면은 그대로 남아 있습니다.' },
};
