export type OpenErrorCode = 'in-use' | 'damaged' | 'newer' | 'foreign' | 'not-readable';

/** What happened, what was kept, what to do: for people, in both languages. `code` and `cause` for logs. */
export interface OpenError {
  code: OpenErrorCode;
  message: string;
  messageKo: string;
  path: string;
  cause: string | null;
}

const words: Record<OpenErrorCode, { en: string; ko: string }> = {
  'in-use': {
    en: 'Another station already works with this data folder. Nothing was changed. Use the one that runs, end it first, or give this one another folder.',
    ko: '다른 스테이션이 이미 이 데이터 폴더를 쓰고 있습니다. 바뀐 것은 없습니다. 실행 중인 것을 쓰거나, 먼저 종료하거나, 다른 폴더를 지정하세요.',
  },
  damaged: {
    en: 'The station’s records are damaged and were left as they are. Copy the data folder to a safe place, then restore the last backup.',
    ko: '스테이션 기록이 손상되었으며 그대로 보존했습니다. 데이터 폴더를 안전한 곳에 복사한 뒤 마지막 백업을 복원하세요.',
  },
  newer: {
    en: 'These records were written by a newer version of the kiosk and were left as they are. Install that version or a later one.',
    ko: '더 새로운 버전의 키오스크가 작성한 기록이며 그대로 보존했습니다. 그 버전 이상을 설치하세요.',
  },
  foreign: {
    en: 'The file is a database of another program and was left as it is. Choose another data folder.',
    ko: '다른 프로그램의 데이터베이스 파일이며 그대로 두었습니다. 다른 데이터 폴더를 선택하세요.',
  },
  'not-readable': {
    en: 'The station’s records could not be opened; nothing was changed. Check that the folder exists, may be written to and has free space.',
    ko: '스테이션 기록을 열 수 없습니다. 바뀐 것은 없습니다. 폴더가 있는지, 쓸 수 있는지, 여유 공간이 있는지 확인하세요.',
  },
};

export function openError(code: OpenErrorCode, path: string, cause?: unknown): OpenError {
  const reason = cause === undefined ? null : cause instanceof Error ? cause.message : String(cause);
  return { code, message: words[code].en, messageKo: words[code].ko, path, cause: reason };
}
