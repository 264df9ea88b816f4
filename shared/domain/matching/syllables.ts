/**
 * Given names of two syllables, as most Korean and Chinese ones are, in Latin letters: `Min-jun`, `Min
 * Jun` and `Minjoon` are one name, `Min-ji` is another. Siblings share a syllable as a matter of course,
 * so one that agrees says little: both have to. Common knowledge, gathered by hand.
 */
import { phoneticCode } from './phonetic.ts';

/** Of Chinese names in Pinyin, then of Korean ones as their bearers spell them. */
const SYLLABLES: ReadonlySet<string> = new Set(
  (
    'ai an ang ao ba bai ban bang bao bei bi bian biao bin bing bo bu cai can cao cen chai chan chang chao che ' +
    'chen cheng chi chong chu chuan chun cong cui da dai dan dang dao de deng di dian diao ding dong dou du ' +
    'duan duo en er fa fan fang fei fen feng fu gan gang gao ge gen geng gong gou gu guan guang gui guo hai ' +
    'han hang hao he heng hong hou hu hua huai huan huang hui huo ji jia jian jiang jiao jie jin jing jiu ju ' +
    'juan jue jun kai kang ke kong kuan kuang kui kun lai lan lang lao le lei leng li lian liang liao lie lin ' +
    'ling liu long lou lu luan lun luo ma mai man mao mei meng mi miao min ming mo mu na nan ni nian ning niu ' +
    'nong pan pang pei peng pi piao pin ping pu qi qian qiang qiao qin qing qiong qiu qu quan qun ran rao ren ' +
    'rong rou ru ruan rui run ruo sen sha shan shang shao she shen sheng shi shou shu shuai shuang shui shun ' +
    'shuo si song su sui sun suo tai tan tang tao teng tian tie ting tong tu wan wang wei wen weng wu xi xia ' +
    'xian xiang xiao xie xin xing xiong xiu xu xuan xue xun ya yan yang yao ye yi yin ying yong you yu yuan ' +
    'yue yun ze zeng zhan zhang zhao zhe zhen zheng zhi zhong zhou zhu zhuang zhuo zi zong zou zu zuo ' +
    'ae ah beom bin bok bum byung byeong chae chan cheol cheon choon chul chun dae dal do dong doo duk deok eui ' +
    'eun eung gi gil goo guk gun gyeong gyu gyun ha hae hak han hee heon ho hoon hun hwa hwan hwi hye hyeok hyeon ' +
    'hyo hyuk hyun il in jae je jeong ji jin jong joo joon ju jun jung kang ki kil kook kwan kwang kwon kyo ' +
    'kyoung kyu kyun kyung mi min mo moon mun myeong myoung myung na nam ok ra rae ran ri rin rim ro sang se ' +
    'sam seo seok seol seon seong seung shik shin sik sin so sol soo sook suk sun sung tae taek uk un won woo wook ' +
    'ye yeon yeong yeol yong yoo yoon you young yu yul yun'
  ).split(' '),
);

/** Surnames of Korean and Chinese people that are hardly a given name there. */
const SURNAMES: ReadonlySet<string> = new Set(
  (
    'bae baek bai cai cao chang chen cheng choi chung deng ding dong du fan fang feng gao guo han he heo hong hou ' +
    'hu huang hur hwang jang jeon jeong jia jiang jung kang kim ko kwak kwon lee li liang lim lin liu lu luo ma ' +
    'meng nam noh oh pan park peng qian qin rhee roh ryu seo shao shen shin sohn song su suh sun tan tang tian wang ' +
    'wei woo wu xiao xie xu xue yang yao ye yi yin yoo yoon yu yuan zeng zhang zhao zheng zhong zhou zhu'
  ).split(' '),
);

/** Whether a lower-case word is a Korean or Chinese surname. */
export function isEastAsianSurname(word: string): boolean {
  return SURNAMES.has(word);
}

type Syllables = readonly [first: string, second: string];

/** Readings of a given name, lower-case words, as two syllables: `minan` is `mi-nan` or `min-an`. */
export function syllablesOf(given: readonly string[]): readonly Syllables[] {
  const [word = '', next] = given;
  if (given.length > 2) return [];
  if (next !== undefined) return areSyllables(word, next) ? [[word, next]] : [];
  const readings: Syllables[] = [];
  for (let cut = 1; cut < word.length; cut++) {
    const [first, second] = [word.slice(0, cut), word.slice(cut)];
    if (areSyllables(first, second)) readings.push([first, second]);
  }
  return readings;
}

function areSyllables(first: string, second: string): boolean {
  return SYLLABLES.has(first) && SYLLABLES.has(second);
}

/** Whether two names of two syllables agree in both, by some reading of theirs. */
export function haveSameSyllables(lefts: readonly Syllables[], rights: readonly Syllables[]) {
  return lefts.some((left) =>
    rights.some((right) => areOne(left[0], right[0]) && areOne(left[1], right[1])),
  );
}

/** One syllable in two spellings: `jun` and `joon`, `hee` and `hui`, but not `jin`. */
function areOne(left: string, right: string): boolean {
  if (left === right) return true;
  return phoneticCode(left) === phoneticCode(right) && vowelOf(left) === vowelOf(right);
}

/** Vowels that romanisations write for each other: `u`, `oo`, `eo` and `ou`; `i`, `ee` and `ui`. */
function vowelOf(syllable: string): string {
  const vowels = /[aeiou]+/.exec(syllable)?.[0] ?? 'i';
  if (vowels.endsWith('ui') || vowels === 'i' || vowels === 'ee') return 'i';
  if (/a[ei]/.test(vowels) || vowels === 'e') return 'e';
  return vowels.includes('a') ? 'a' : 'u';
}
