/**
 * Other scripts spelt in Latin letters, letter by letter. No reading is guessed that the script does
 * not show: scripts that leave vowels out give consonants only, and comparison knows how to read
 * those (`consonantsOf`). Characters that stand in no table stay as they are.
 *
 * Sources of the letter values: the plain (unmarked) forms of the United Nations and BGN/PCGN
 * romanisations; Hepburn for kana; Revised Romanisation for Hangul; Hanyu Pinyin without tones.
 */
import { PINYIN } from './pinyin.ts';

/** `letter=spelling` separated by spaces. */
const LETTERS = `
а=a б=b в=v г=g ґ=g д=d е=e ё=e є=ye ж=zh з=z и=i і=i ї=yi й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u
ў=w ф=f х=kh ц=ts ч=ch ш=sh щ=shch ъ= ы=y ь= э=e ю=yu я=ya ј=j љ=lj њ=nj ћ=c ђ=dj џ=dz ѓ=g ќ=k ғ=g қ=q ң=ng
ә=a ө=o ү=u ұ=u һ=h
α=a β=v γ=g δ=d ε=e ζ=z η=i θ=th ι=i κ=k λ=l μ=m ν=n ξ=x ο=o π=p ρ=r σ=s ς=s τ=t υ=y φ=f χ=ch ψ=ps ω=o
ß=ss æ=ae œ=oe ø=o ł=l đ=d ð=d þ=th ı=i ŋ=n ħ=h ə=a
ا=a أ=a إ=i آ=a ٱ=a ب=b ت=t ث=th ج=j ح=h خ=kh د=d ذ=dh ر=r ز=z س=s ش=sh ص=s ض=d ط=t ظ=z ع=a غ=gh ف=f ق=q
ك=k ل=l م=m ن=n ه=h و=w ي=y ى=a ة=a ء= ؤ=w ئ=y پ=p چ=ch ژ=zh گ=g ک=k ی=y ڤ=v ہ=h ں=n ے=e ٹ=t ڈ=d ڑ=r ھ=h
א=a ב=v ג=g ד=d ה=h ו=v ז=z ח=h ט=t י=y כ=k ך=k ל=l מ=m ם=m נ=n ן=n ס=s ע=a פ=f ף=f צ=ts ץ=ts ק=k ר=r ש=sh ת=t
ა=a ბ=b გ=g დ=d ე=e ვ=v ზ=z თ=t ი=i კ=k ლ=l მ=m ნ=n ო=o პ=p ჟ=zh რ=r ს=s ტ=t უ=u ფ=p ქ=k ღ=gh ყ=q შ=sh
ჩ=ch ც=ts ძ=dz წ=ts ჭ=ch ხ=kh ჯ=j ჰ=h
ա=a բ=b գ=g դ=d ե=e զ=z է=e ը=e թ=t ժ=zh ի=i լ=l խ=kh ծ=ts կ=k հ=h ձ=dz ղ=gh ճ=ch մ=m յ=y ն=n շ=sh ո=o
չ=ch պ=p ջ=j ռ=r ս=s վ=v տ=t ր=r ց=ts ւ=v փ=p ք=k օ=o ֆ=f և=ev
ก=k ข=kh ค=kh ฆ=kh ง=ng จ=ch ฉ=ch ช=ch ฌ=ch ซ=s ญ=y ฎ=d ด=d ฏ=t ต=t ฐ=th ฑ=th ฒ=th ถ=th ท=th ธ=th ณ=n น=n
บ=b ป=p ผ=ph พ=ph ภ=ph ฝ=f ฟ=f ม=m ย=y ร=r ล=l ฬ=l ว=w ศ=s ษ=s ส=s ห=h ฮ=h อ=o ะ=a า=a ำ=am เ=e แ=ae โ=o ใ=ai ไ=ai
ក=k ខ=kh គ=k ឃ=kh ង=ng ច=ch ឆ=ch ជ=ch ឈ=ch ញ=nh ដ=d ឋ=th ឌ=d ឍ=th ណ=n ត=t ថ=th ទ=t ធ=th ន=n ប=b ផ=ph ព=p ភ=ph
ម=m យ=y រ=r ល=l វ=v ស=s ហ=h ឡ=l អ=a
`;

/** Kana by sound; small ya, yu and yo follow a sound in -i. Katakana is hiragana 0x60 further on. */
const KANA = `
あ=a い=i う=u え=e お=o か=ka き=ki く=ku け=ke こ=ko さ=sa し=shi す=su せ=se そ=so た=ta ち=chi つ=tsu て=te と=to
な=na に=ni ぬ=nu ね=ne の=no は=ha ひ=hi ふ=fu へ=he ほ=ho ま=ma み=mi む=mu め=me も=mo や=ya ゆ=yu よ=yo
ら=ra り=ri る=ru れ=re ろ=ro わ=wa ゐ=i ゑ=e を=o ん=n が=ga ぎ=gi ぐ=gu げ=ge ご=go ざ=za じ=ji ず=zu ぜ=ze ぞ=zo
だ=da ぢ=ji づ=zu で=de ど=do ば=ba び=bi ぶ=bu べ=be ぼ=bo ぱ=pa ぴ=pi ぷ=pu ぺ=pe ぽ=po ゔ=vu っ= ー=
`;
const SMALL_KANA: Readonly<Record<string, string>> = { ゃ: 'a', ゅ: 'u', ょ: 'o' };
const SMALL_VOWELS: Readonly<Record<string, string>> = {
  ぁ: 'a',
  ぃ: 'i',
  ぅ: 'u',
  ぇ: 'e',
  ぉ: 'o',
};

function table(text: string): Map<string, string> {
  const entries = text.trim().split(/\s+/);
  return new Map(entries.map((entry) => [entry[0] as string, entry.slice(2)]));
}

const letters = table(LETTERS);
const kana = table(KANA);

/**
 * Nine scripts of India lie in blocks of 128 code points with the same letter at the same place (they
 * follow ISCII, 1988), beginning with Devanagari at U+0900.
 */
const INDIC_START = 0x0900;
const INDIC_END = 0x0d7f;
const INDIC: ReadonlyMap<number, string> = new Map(
  (
    '05=a 06=a 07=i 08=i 09=u 0a=u 0b=r 0e=e 0f=e 10=ai 12=o 13=o 14=au 15=k 16=kh 17=g 18=gh 19=n 1a=ch ' +
    '1b=ch 1c=j 1d=jh 1e=n 1f=t 20=th 21=d 22=dh 23=n 24=t 25=th 26=d 27=dh 28=n 29=n 2a=p 2b=ph 2c=b ' +
    '2d=bh 2e=m 2f=y 30=r 31=r 32=l 33=l 34=l 35=v 36=sh 37=sh 38=s 39=h 3e=a 3f=i 40=i 41=u 42=u 46=e ' +
    '47=e 48=ai 4a=o 4b=o 4c=au 02=n'
  )
    .split(' ')
    .map((entry) => [Number.parseInt(entry.slice(0, 2), 16), entry.slice(3)]),
);

/** Syllables of Hangul are numbered: initial * 588 + vowel * 28 + final. */
const HANGUL_START = 0xac00;
const HANGUL_END = 0xd7a3;
const INITIALS = 'g kk n d tt r m b pp s ss - j jj ch k t p h'.split(' ');
const VOWELS = 'a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i'.split(' ');
const FINALS = '- k k k n n n t l k m l l l p l m p p t t ng t t k t p t'.split(' ');
/** Surnames that everyone writes in another way than by rule. */
const KOREAN_SURNAMES = table(
  '김=kim 이=lee 박=park 최=choi 정=jung 강=kang 조=cho 윤=yoon 임=lim 오=oh 신=shin 유=yoo 안=ahn 노=roh 문=moon 구=koo 우=woo 주=joo',
);

function hangul(letter: string): string {
  const surname = KOREAN_SURNAMES.get(letter);
  if (surname !== undefined) return surname;
  const index = letter.charCodeAt(0) - HANGUL_START;
  const parts = [
    INITIALS[Math.floor(index / 588)],
    VOWELS[Math.floor((index % 588) / 28)],
    FINALS[index % 28],
  ];
  return parts.filter((part) => part !== '-').join('');
}

/**
 * Lower-case text, composed (NFKC), with the letters of other scripts spelt. Han and Hangul
 * characters become words of their own, for each is a syllable with a meaning.
 */
export function transliterate(text: string): string {
  let spelt = '';
  for (const letter of text) {
    const known = letters.get(letter);
    if (known !== undefined) {
      // Greek omicron and upsilon are one sound.
      const isOu = letter === 'υ' && spelt.endsWith('o');
      spelt += isOu ? 'u' : (atStart(letter, spelt) ?? known);
      continue;
    }
    spelt = append(spelt, letter, letter.codePointAt(0) as number);
  }
  return spelt;
}

/** Hebrew letters that sound differently at the beginning of a word. */
const AT_START: Readonly<Record<string, string>> = { ב: 'b', פ: 'p' };

function atStart(letter: string, before: string): string | undefined {
  return before === '' || before.endsWith(' ') ? AT_START[letter] : undefined;
}

function append(before: string, letter: string, code: number): string {
  if (code >= INDIC_START && code <= INDIC_END) {
    return before + (INDIC.get((code - INDIC_START) % 0x80) ?? '');
  }
  if (code >= HANGUL_START && code <= HANGUL_END) return `${before} ${hangul(letter)} `;
  if (code >= 0x3041 && code <= 0x30fc) return appendKana(before, letter, code);
  const syllable = PINYIN.get(letter);
  return syllable === undefined ? before + letter : `${before} ${syllable} `;
}

function appendKana(before: string, letter: string, code: number): string {
  const hiragana = code >= 0x30a1 && code <= 0x30f6 ? String.fromCharCode(code - 0x60) : letter;
  const glide = SMALL_KANA[hiragana];
  if (glide !== undefined) {
    const stem = before.replace(/i$/, '');
    return stem + (/(?:sh|ch|j)$/.test(stem) ? '' : 'y') + glide;
  }
  const vowel = SMALL_VOWELS[hiragana];
  if (vowel !== undefined) return before.replace(/[aiueo]$/, '') + vowel;
  return before + (kana.get(hiragana) ?? letter);
}
