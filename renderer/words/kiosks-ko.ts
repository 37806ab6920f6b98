/** 한 매장의 여러 키오스크에 대해 하는 말. */
import type { kioskRefusalsEn, kiosksEn } from './kiosks-en.ts';

export const kiosksKo: typeof kiosksEn = {
  kiosks: {
    tab: '키오스크',
    title: '이 매장의 키오스크',
    explain:
      '두 번째 카운터, 주차장의 태블릿, 주유기 옆 단말기까지 모두 같은 화면을 봅니다. 매장 안의 네트워크로 연결되며, PIN은 여기서 등록한 기기에서만 쓸 수 있습니다.',
    networkTitle: '매장 네트워크의 다른 키오스크',
    networkOff: '꺼져 있습니다. 첫 번째 키오스크만 사용합니다.',
    networkOn: '켜져 있습니다.',
    switchOn: '켜기',
    switchedOn: '이제 다른 키오스크를 연결할 수 있습니다.',
    switchOff: '끄기',
    switchOffTitle: '다른 키오스크를 끌까요?',
    switchOffExplain:
      '다시 켤 때까지 다른 기기에는 화면이 나오지 않습니다. 기기를 새로 등록할 필요는 없으며, 처리한 내용도 그대로 남습니다.',
    switchedOff: '다른 키오스크를 껐습니다.',
    setAtStart: '스테이션을 시작할 때 켜졌습니다. 여기서는 끌 수 없습니다.',
    portInUse: (port) =>
      `다른 프로그램이 ${port}번 포트를 쓰고 있습니다. 자동으로 다시 시도합니다. 그 프로그램을 닫거나 --network-port로 다른 포트를 지정해 주세요.`,
    portForbidden: (port) =>
      `이 컴퓨터에서는 ${port}번 포트를 쓸 수 없습니다. --network-port로 1023보다 큰 포트를 지정해 주세요.`,
    networkFailed: '인증서나 포트를 준비하지 못했습니다. 자동으로 다시 시도합니다.',
    noNetwork: '이 컴퓨터가 네트워크에 연결되어 있지 않습니다. 연결하면 주소가 여기에 나옵니다.',
    address: '주소',
    otherAddresses: '다음 주소로도 열립니다',
    fingerprint: '인증서 지문(SHA-256)',
    authorityFingerprint: 'station.crt 지문(SHA-256)',
    fingerprintExplain:
      '처음 접속한 브라우저는 경고를 보여 줍니다. 매장 안의 컴퓨터를 인터넷에서 보증해 줄 곳이 없기 때문입니다. 브라우저에 나온 인증서의 지문이 이것과 같아야 합니다. 다르면 진행하지 마세요.',
    validTo: (day) => `${day}까지 유효하며, 자동으로 갱신됩니다.`,
    letIn: '기기 등록',
    letInAtFirst: '기기 등록은 첫 번째 키오스크(스테이션 화면)에서 합니다.',
    codeTitle: '기기 등록',
    codeAddress: '등록할 기기의 브라우저에서 이 주소를 열어 주세요.',
    codeTyped: '그다음 이 코드를 입력해 주세요.',
    codeScan: '또는 기기의 카메라로 비춰 주세요. 주소가 열리고 코드가 채워집니다.',
    qrLabel: '주소와 코드가 담긴 QR 코드',
    codeLeft: (time) => `기기 한 대만 등록할 수 있고, ${time} 남았습니다.`,
    codeWrong: (tries) => `잘못 입력된 횟수: ${tries}번. 열 번이면 쓸 수 없게 됩니다.`,
    codeGone: '이 코드는 더 이상 쓸 수 없습니다. 시간이 지났거나 잘못 입력된 횟수가 너무 많습니다.',
    newCode: '새 코드 만들기',
    cameIn: (name) => `${name} 기기를 등록했습니다.`,
    done: '완료',
    devices: '기기',
    onlyFirst: '등록된 다른 기기가 아직 없습니다.',
    first: '첫 번째 키오스크',
    firstExplain: '스테이션 화면',
    here: '지금 보는 화면',
    on: '사용 중',
    off: '꺼짐',
    lastSeen: (when) => `마지막 접속 ${when}`,
    since: (day, name) => `${day} 등록, ${name}`,
    signedIn: (names) => `로그인: ${names}`,
    rename: '이름 바꾸기',
    renameTitle: (name) => `${name} 이름 바꾸기`,
    renamed: '이름을 바꿨습니다.',
    name: '이름',
    nameNeeded: '이름을 입력해 주세요.',
    remove: '제거',
    removeTitle: (name) => `${name} 기기를 제거할까요?`,
    removeExplain:
      '바로 차단됩니다. 그 기기에서 일하던 직원은 로그아웃되고 화면을 볼 수 없습니다. 처리한 내용은 그대로 남습니다. 다시 쓰려면 새 코드가 필요합니다.',
    removed: (name) => `${name} 기기를 제거하고 차단했습니다.`,
  },
  join: {
    title: '매장 키오스크에 등록',
    explain:
      '아직 등록되지 않은 기기입니다. 첫 번째 키오스크에서 설정, 키오스크, 기기 등록을 열고 거기에 나온 코드를 입력해 주세요.',
    code: '코드(숫자 8자리)',
    codeNeeded: '숫자 8자리를 입력해 주세요.',
    name: '이 기기의 이름',
    nameExample: '주유기 단말기',
    submit: '등록',
    warned: '브라우저에 경고가 나왔나요?',
    warnedWhy:
      '정상입니다. 매장 안의 컴퓨터를 인터넷에서 보증해 줄 곳이 없어 스테이션이 스스로 인증서를 만듭니다. 브라우저의 주소 옆에서 인증서를 열고, SHA-256 지문을 첫 번째 키오스크(설정, 키오스크)에 나온 지문과 비교해 주세요.',
    warnedDiffers: '서로 다르면 누군가 이 기기와 스테이션 사이에 끼어든 것입니다. 코드를 입력하지 마세요.',
    trust: '경고를 없애려면 이 기기가 스테이션을 신뢰하게 해 주세요.',
    download: 'station.crt 받기',
    trustAndroid: 'Android: 설정, 보안, 인증서 설치, CA 인증서.',
    trustApple: 'iPhone, iPad: 설정, 프로파일이 다운로드됨. 그다음 일반, 정보, 인증서 신뢰 설정.',
    trustWindows: 'Windows: 파일을 열고 인증서 설치, 로컬 컴퓨터, 신뢰할 수 있는 루트 인증 기관.',
    noAnswer: '스테이션이 응답하지 않습니다. 바뀐 것은 없습니다. 네트워크를 확인하고 다시 시도해 주세요.',
    wait: (seconds) => `너무 많이 시도했습니다. ${seconds}초 뒤에 다시 시도해 주세요.`,
    shutOutTitle: '제거된 키오스크입니다',
    shutOutExplain:
      '매니저나 설치 담당자가 이 기기를 매장 키오스크에서 제거했습니다. 로그인한 직원은 없으며, 그전에 처리한 내용은 그대로 남아 있습니다.',
    shutOutAgain: '코드로 다시 등록',
  },
  joinRefusals: {
    code: '코드가 틀렸거나 더 이상 쓸 수 없습니다. 첫 번째 키오스크에서 새 코드를 만들어 주세요.',
    name: '이름을 1~40자로 입력해 주세요.',
    'name-taken': '같은 이름의 기기가 있습니다. 다른 이름을 입력해 주세요.',
    'too-many':
      '이 매장에는 더 이상 키오스크를 등록할 수 없습니다. 첫 번째 키오스크에서 하나를 제거해 주세요.',
    'not-kept': '스테이션에 저장하지 못했습니다. 바뀐 것은 없습니다. 매니저에게 알려 주세요.',
  },
};

export const kioskRefusalsKo: typeof kioskRefusalsEn = {
  'first-kiosk-only':
    '첫 번째 키오스크(스테이션 화면)에서만 할 수 있습니다. 바뀐 것은 없습니다. 그 키오스크에서 해 주세요.',
  'kiosk-not-found': '이미 제거된 기기입니다.',
  'kiosk-name-taken': '같은 이름의 기기가 있습니다. 바뀐 것은 없습니다. 다른 이름을 입력해 주세요.',
  'too-many-kiosks':
    '이 매장에는 더 이상 키오스크를 등록할 수 없습니다. 바뀐 것은 없습니다. 먼저 하나를 제거해 주세요.',
  'network-off': '다른 키오스크가 꺼져 있습니다. 바뀐 것은 없습니다. 먼저 켜 주세요.',
  'network-set-at-start':
    '스테이션을 시작할 때 켜진 설정입니다. 바뀐 것은 없습니다. 설치 담당자에게 그곳에서 바꿔 달라고 해 주세요.',
};
