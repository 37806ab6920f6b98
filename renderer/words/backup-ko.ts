/** 백업과 복원 화면에서 하는 말. */
import type { backupEn, backupRefusalsEn } from './backup-en.ts';

export const backupKo: typeof backupEn = {
  backup: {
    tab: '백업',
    title: '백업',
    explain:
      '백업에는 방문, 직원, 설정, 일지까지 스테이션의 모든 기록이 들어 있습니다. 사본은 다른 곳에, 본인만 볼 수 있게 보관해 주세요.',
    make: '지금 백업',
    made: '백업을 만들고 확인했습니다.',
    none: '아직 백업이 없습니다.',
    download: '사본 저장',
    downloaded: '사본을 저장했습니다.',
    downloadFailed: '사본을 저장하지 못했습니다. 백업은 스테이션에 그대로 있습니다. 다시 시도해 주세요.',
    size: (megabytes) => `${megabytes} MB`,
    restore: '복원',
    restoreTitle: (when) => `${when} 기록으로 되돌릴까요?`,
    restoreFileTitle: (name) => `${name} 파일로 되돌릴까요?`,
    restoreExplain:
      '그 뒤에 처리한 내용은 더 이상 보이지 않습니다. 지금 기록은 이 기기에 따로 보관합니다. 스테이션이 다시 시작되고 모두 다시 로그인해야 합니다.',
    fromFile: '파일에서 복원',
    bringing: (percent) => `파일 보내는 중: ${percent}%`,
    bringFailed: '파일을 보내지 못했습니다. 바뀐 것은 없습니다. 다시 시도해 주세요.',
    restarting: '백업으로 스테이션을 다시 시작합니다.',
    atNextStart: '스테이션을 다시 시작하면 백업이 적용됩니다.',
  },
};

export const backupRefusalsKo: typeof backupRefusalsEn = {
  'backup-running': '이미 백업하는 중입니다. 잠시 기다려 주세요.',
  'backup-not-found': '그 백업은 더 이상 없습니다. 바뀐 것은 없습니다. 다른 백업을 선택해 주세요.',
  'backup-foreign': '이 키오스크의 백업 파일이 아닙니다. 바뀐 것은 없습니다. 다른 파일을 선택해 주세요.',
  'backup-newer': '더 새로운 버전에서 만든 백업입니다. 바뀐 것은 없습니다. 그 버전을 먼저 설치해 주세요.',
  'backup-damaged': '손상된 백업입니다. 바뀐 것은 없습니다. 더 오래된 백업을 선택해 주세요.',
  'backup-journal-broken':
    '백업 속 일지가 바뀌었거나 빠진 부분이 있습니다. 복원하지 않았습니다. 다른 백업을 선택해 주세요.',
  'upload-broken': '파일을 보내지 못했습니다. 바뀐 것은 없습니다. 다시 시도해 주세요.',
};
