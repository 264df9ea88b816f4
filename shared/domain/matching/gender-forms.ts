/**
 * Given names that are one name's masculine and feminine form: the letters differ by a slip, the people
 * do not, for twins are named so. Each line: masculine forms, a colon, feminine ones. Common knowledge,
 * gathered by hand. Left out: forms that people mistake for each other (Francis and Frances, Rene and
 * Renee; George and Georgina, who are both Georgie, in 2,949 true pairs of historical_50k) or that are of
 * either gender somewhere (Jean, Andrea, Nicola, Michele).
 */
const FORMS = `
adrian:adriana adrienne adriane|alan allan:alana alanna|albert:alberta albertine
alexander alexandre alexandr aleksander aleksandr:alexandra aleksandra alexandria|alfred:alfreda
amir:amira|anthony antony:antonia|antoine:antoinette|aziz:aziza|basim:basima
bernard:bernarda bernadette|bogdan bohdan:bogdana bohdana|boguslaw:boguslawa|brian:briana brianna
carl karl:carla karla|charles:charlene charlotte
christian:christiana christiane christina christine|cristian:cristiana cristina|czeslaw:czeslawa
damian:damiana|daniel:daniela daniella danielle|dean:deanna deanne|denis dennis:denise
dominic dominik:dominica dominika|emanuel emmanuel manuel:emanuela emmanuelle manuela
emil emile:emilia emilie|eric erik:erica erika ericka|ernest ernst:ernesta ernestine
evgeny evgeni evgeniy:evgenia evgeniya|fabian:fabiana fabienne|farid:farida
frederic frederick:frederica frederika frederique|gabriel:gabriela gabriella gabrielle
gerald:geraldine|gilbert:gilberta|glen glenn:glenda glenna
habib:habiba|halim:halima|hamid:hamida|harry:harriet|henri henry:henrietta henriette|ivan:ivana
jamil:jamila|jan:jana|jaroslav:jaroslava|joel:joelle|johan johann johannes:johanna
josef jozef:josefa josefine jozefa|julian julien:juliana julianne julienne|justin:justina justine
karim:karima|khalid:khalida|latif:latifa|laurent:laurence|leon:leona leonie
louis luis:louisa louise luisa|lucian lucien:luciana lucienne|majid:majida|malik:malika
marcel:marcela marcella marcelle|marian:mariana|martin:martina martine
michael michal mikael:michaela michalina mikaela|michel:michelle|milan:milana
miroslav miroslaw:miroslava miroslawa|munir:munira|nabil:nabila|nadir:nadira
nicolas nikolas:nicole|noel:noella noelle|oliver:olivia|pascal:pascale
patrick patrik:patricia patrizia|paul:paula pauletta paulette paulina pauline
philip phillip:philippa phillipa|radoslav radoslaw:radoslava radoslawa
raphael rafael:raphaela rafaela raphaelle|rafiq:rafiqa|rashid:rashida|robert:roberta|roman:romana
said:saida|salim:salima|samir:samira|samuel:samuela|sean shaun shawn:shauna shawna
sebastian:sebastiana|sharif:sharifa|simon:simona simone|stanislav stanislaw:stanislava stanislawa
stephan stephen steven stefan:stefania stefanie stephanie|tahir:tahira|theodor theodore:theodora
valentin:valentina|valeriy:valeriya|victor viktor:victoria viktoria|vincent:vincenta
vladislav:vladislava|wahid:wahida|walid:walida|wieslaw:wieslawa|yevgeny:yevgenia yevgeniya
zahir:zahira|zdzislaw:zdzislawa
`;

const feminineForms = new Map<string, ReadonlySet<string>>();
for (const line of FORMS.trim().split(/[\n|]/)) {
  const [masculine = '', feminine = ''] = line.split(':');
  for (const name of masculine.split(' ')) feminineForms.set(name, new Set(feminine.split(' ')));
}

/** Whether two lower-case given names are a man's and a woman's form of one name. Symmetric. */
export function areOfTwoGenders(left: string, right: string): boolean {
  if (isFeminineOf(left, right) || isFeminineOf(right, left)) return true;
  return hasRomanceEnd(left, right) || hasRomanceEnd(right, left);
}

function isFeminineOf(feminine: string, masculine: string): boolean {
  return feminineForms.get(masculine)?.has(feminine) ?? false;
}

const STEM_LENGTH = 3;

/** `Mario` and `Maria`, `Alessandro` and `Alessandra`, in Italian, Spanish and Portuguese. */
function hasRomanceEnd(masculine: string, feminine: string): boolean {
  if (!masculine.endsWith('o') || !feminine.endsWith('a')) return false;
  const stem = masculine.slice(0, -1);
  return stem.length >= STEM_LENGTH && stem === feminine.slice(0, -1);
}
