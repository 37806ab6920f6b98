/** The words of the one box that shows the first manager's PIN: kept nowhere, shown once. */
export function firstManagerPinWords(pin: string, locale: string) {
  return locale.startsWith('ko')
    ? {
        title: '첫 시작',
        message: `“Manager”로 로그인하세요. PIN: ${pin}`,
        detail: '이 PIN은 지금 한 번만 표시됩니다. 적어 두고, 로그인한 뒤 바꾸세요.',
        button: '적어 두었습니다',
      }
    : {
        title: 'First start',
        message: `Sign in as “Manager” with the PIN ${pin}.`,
        detail: 'This PIN is shown only now. Write it down, and change it after signing in.',
        button: 'I wrote it down',
      };
}
