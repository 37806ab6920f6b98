/**
 * What the cars on Korean roads are called in each language. The driver registered the car in one of
 * them; whoever looks for it in the lot reads the other. A model that is not listed stays as registered.
 */
import type { Locale } from './formats.ts';

const models: readonly (readonly [en: string, ko: string])[] = [
  // Hyundai, Genesis
  ['Accent', '엑센트'],
  ['Avante', '아반떼'],
  ['Casper', '캐스퍼'],
  ['Genesis', '제네시스'],
  ['Grandeur', '그랜저'],
  ['Ioniq', '아이오닉'],
  ['Kona', '코나'],
  ['Nexo', '넥쏘'],
  ['Palisade', '팰리세이드'],
  ['Porter', '포터'],
  ['Santa Fe', '싼타페'],
  ['Sonata', '쏘나타'],
  ['Staria', '스타리아'],
  ['Starex', '스타렉스'],
  ['Tucson', '투싼'],
  ['Venue', '베뉴'],
  // Kia
  ['Bongo', '봉고'],
  ['Carnival', '카니발'],
  ['Carens', '카렌스'],
  ['Mohave', '모하비'],
  ['Morning', '모닝'],
  ['Niro', '니로'],
  ['Ray', '레이'],
  ['Seltos', '셀토스'],
  ['Sorento', '쏘렌토'],
  ['Soul', '쏘울'],
  ['Sportage', '스포티지'],
  ['Stinger', '스팅어'],
  // KG Mobility, Renault, Chevrolet
  ['Actyon', '액티언'],
  ['Korando', '코란도'],
  ['Malibu', '말리부'],
  ['Rexton', '렉스턴'],
  ['Spark', '스파크'],
  ['Tivoli', '티볼리'],
  ['Torres', '토레스'],
  ['Trailblazer', '트레일블레이저'],
  ['Trax', '트랙스'],
];

const plain = (model: string) => model.toLowerCase().replaceAll(' ', '');
const spoken = new Map(models.flatMap(([en, ko]) => [en, ko].map((name) => [plain(name), { en, ko }])));

/** `Sonata` is 쏘나타 in Korean, and back; what follows the name (`Ioniq 5`) stays. */
export function carModelName(model: string, locale: Locale): string {
  const whole = spoken.get(plain(model));
  if (whole) return whole[locale];
  const [, name = '', rest = ''] = /^(.*?)( ?[0-9].*)$/.exec(model) ?? [];
  const known = spoken.get(plain(name));
  return known ? `${known[locale]} ${rest.trim()}` : model;
}
