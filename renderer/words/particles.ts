/**
 * Korean particles change with the sound before them: 휘발유를, 경유를, 3번을, 서울점으로, 2번으로.
 * What stands before them is often put in from outside, so its last sound is listened to here.
 */
export type Particle = '을/를' | '이/가' | '은/는' | '으로/로';

type Sound = 'vowel' | 'ㄹ' | 'consonant';

const hangulFirst = 0xac00;
const hangulLast = 0xd7a3;
/** Last consonants a syllable can have, none included; ㄹ is the eighth. */
const finals = 28;
const finalRieul = 8;

/** 영 일 이 삼 사 오 육 칠 팔 구. */
const digitSounds: readonly Sound[] = [
  'consonant',
  'ㄹ',
  'vowel',
  'consonant',
  'vowel',
  'vowel',
  'consonant',
  'ㄹ',
  'ㄹ',
  'vowel',
];

/** Money is read with its currency at the end: ₩12,000 as 만 이천 원. */
const currencies: readonly (readonly [sign: string, sound: Sound])[] = [
  ['₩', 'consonant'],
  ['¥', 'consonant'],
  ['$', 'vowel'],
  ['€', 'vowel'],
  ['£', 'vowel'],
];

function lastSound(text: string): Sound {
  const currency = currencies.find(([sign]) => text.includes(sign));
  if (currency) return currency[1];
  const last = /[\p{L}\p{N}](?=[^\p{L}\p{N}]*$)/u.exec(text)?.[0] ?? '';
  const code = last.charCodeAt(0);
  if (code >= hangulFirst && code <= hangulLast) {
    const final = (code - hangulFirst) % finals;
    return final === 0 ? 'vowel' : final === finalRieul ? 'ㄹ' : 'consonant';
  }
  if (/[0-9]/.test(last)) return digitSounds[Number(last)] ?? 'vowel';
  if (/[lr]/i.test(last)) return 'ㄹ';
  return /[mn]/i.test(last) ? 'consonant' : 'vowel';
}

/** The text with the particle that fits it. */
export function withParticle(text: string, particle: Particle): string {
  const [afterConsonant = '', afterVowel = ''] = particle.split('/');
  const sound = lastSound(text);
  // 로 also follows ㄹ: 서울로.
  const short = sound === 'vowel' || (sound === 'ㄹ' && particle === '으로/로');
  return text + (short ? afterVowel : afterConsonant);
}
