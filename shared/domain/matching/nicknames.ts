/**
 * Given names that one person goes by, in English-speaking countries: each line is a family of
 * forms. Common knowledge, gathered by hand; a form may be in several families (Alex, Pat).
 */
const FAMILIES = `
abigail abby gail|abraham abe bram|adelaide addie ada|agnes aggie nessie|albert al bert bertie
alexander alex al alec sandy sasha xander|alexandra alex sandra sandy sasha lexi|alfred alf fred al
alice ali allie|alison ali allie|amanda mandy|amelia millie amy|andrew andy drew|angela angie
ann anne anna annie nan nancy hannah|anthony tony ant antony|antoinette toni|archibald archie
arthur art artie|augustus gus|barbara barb babs barbie|barnabas barney|bartholomew bart
beatrice bea trixie|benjamin ben benny benji|bernard bernie barney|bertha bertie|bradley brad
bridget biddy bridie|cameron cam|caroline carrie caro lina|cassandra cass cassie sandra
catherine cathy kate katie kitty kath kathy cat katherine kathryn kathleen katharine cathryn
charles charlie chuck chas charley carl|charlotte lottie charlie|chester chet|christian chris
christina chris chrissie tina christine|christopher chris kit topher|clarence clarrie
clifford cliff|constance connie|cornelius con neil|cynthia cindy|cyril cy|daniel dan danny
david dave davey davy|deborah deb debbie debra|dennis den denny|derek del|diana di|dominic dom
donald don donny|dorothy dot dolly dottie dora|douglas doug|edgar ed eddie|edith edie
edmund ed eddie ned ted|edward ed eddie ned ted teddy|edwin ed eddie|eleanor ellie nell nora ella
elizabeth liz lizzie beth betty bess bessie eliza elsie libby lisa elisabeth betsy lily
emily em emmie millie|emma em|ernest ernie|esther essie hettie|eugene gene|evelyn eve evie
florence flo flossie florrie|frances fran fanny frankie|francis frank fran frankie
franklin frank|frederick fred freddie freddy rick fritz frederic|gabriel gabe|geoffrey geoff jeff
george georgie|gerald gerry jerry|gerard gerry|gertrude gertie trudy|gilbert gil bert
gordon gordie|grace gracie|gregory greg|gwendolyn gwen|harold harry hal|harriet hattie harry
helen nell nellie ellen lena|henrietta etta hettie|henry harry hal hank|herbert bert herb
horace horry|howard howie|hubert bert|hugh hughie|ian iain|ignatius iggy|irene rene
isaac ike|isabella bella izzy isabel isabelle belle|jacob jake jack|jacqueline jackie
james jim jimmy jamie jem|jane janie jenny janet|janet jan|jason jay|jean jeannie|jeffrey jeff
jennifer jen jenny|jeremiah jerry jem|jeremy jem jerry|jessica jess jessie|jesse jess
joan joanie|joanne jo joanna|john jack johnny jon jackie|jonathan jon jonny john|joseph joe joey jos
josephine jo josie|joshua josh|judith judy jude|julia julie jules|julian jules|karen kaz
kenneth ken kenny|kevin kev|kimberly kim|lancelot lance|laura laurie|lawrence larry laurie laurence
leonard len leo lenny|leopold leo|leslie les|lewis lew louis lou|lillian lil lily lillie
linda lindy lyn|louisa lou|louise lou|lucille lucy|lucy lou|mabel may|madeleine maddie maddy
malcolm mal|marcus mark|margaret meg maggie peggy peggie madge marge margie greta daisy rita meggie mags
maria mary|marilyn mary lyn|marjorie marge margie|mark marc|martha mattie patty|martin marty
mary molly polly may mamie mae minnie|matilda tilly mattie|matthew matt mat|maurice morrie
maximilian max|maxwell max|melanie mel|melissa mel lissa|melvin mel|michael mike mick mickey micky
michelle shell|mildred millie|miriam mim|mitchell mitch|montgomery monty|nancy nan
natalie nat|nathan nat nate|nathaniel nat nate nathan|nicholas nick nicky nico|nicola nicky nic
nicole nicky|norman norm|olive ollie|oliver ollie|olivia liv livvy|oscar ossie|oswald ossie
pamela pam|patricia pat patty trish tricia|patrick pat paddy|paul paulie|pauline polly
penelope penny|percival percy|peter pete|philip phil pip phillip|philippa pip pippa|prudence prue
rachel rae|raymond ray|rebecca becky becca|reginald reg reggie|richard dick rick richie ricky rich
robert bob rob bobby robbie bert robin|roberta bobbie|roderick rod|rodney rod|roger rodge
roland rollo|ronald ron ronnie|rosemary rose rosie|rosalind ros|rudolph rudy|rupert bert
russell russ|samantha sam|samuel sam sammy|sarah sally sadie sal sara|sebastian seb
sharon shaz|sidney sid sydney|simon si|sophia sophie|stanley stan|stephen steve stevie steven
stuart stu stewart|susan sue susie suzie susanna susannah suzanne|sylvester sly|sylvia syl
tabitha tabby|terence terry terrance|teresa terry tess tessa theresa|thaddeus thad|theodore ted theo teddy
theodora dora thea|thomas tom tommy|timothy tim timmy|tobias toby|ursula ursie|valerie val
vanessa nessa|veronica ronnie vera|victor vic|victoria vicky vic tori vicki|vincent vin vince vinnie
violet vi|virginia ginny ginger|vivian viv|wallace wally|walter walt wally wat|warren waz
wendy wen|wilfred wilf fred|wilhelmina mina minnie billie|william bill billy will willie liam willy
winifred win winnie freda|winston win|yvonne vonnie|zachary zac zach zack
`;

const familiesByName = new Map<string, readonly number[]>();
for (const [index, family] of FAMILIES.trim().split(/[\n|]/).entries()) {
  for (const name of family.trim().split(' ')) {
    familiesByName.set(name, [...(familiesByName.get(name) ?? []), index]);
  }
}

/** Numbers of the families that a lower-case given name belongs to; two of one are forms of one name. */
export function familiesOf(name: string): readonly number[] | null {
  return familiesByName.get(name) ?? null;
}

/** Whether two given names are forms of one name, by their families. */
export function areOfOneFamily(
  left: readonly number[] | null,
  right: readonly number[] | null,
): boolean {
  return left !== null && right !== null && left.some((family) => right.includes(family));
}

/** Whether some form of a given name begins with a letter: `b` may be short for Robert. */
export function hasFormWith(letter: string, name: string): boolean {
  return initialsByName.get(name)?.has(letter) ?? false;
}

/** The form that stands for all of a name's family: the first of its first one; else the name. */
export function fullName(name: string): string {
  return fullNames.get(name) ?? name;
}

const initialsByName = new Map<string, Set<string>>();
for (const family of FAMILIES.trim().split(/[\n|]/)) {
  const forms = family.trim().split(' ');
  const initials = forms.map((form) => form.slice(0, 1));
  for (const form of forms) {
    initialsByName.set(form, new Set([...(initialsByName.get(form) ?? []), ...initials]));
  }
}

const fullNames = new Map<string, string>();
for (const family of FAMILIES.trim().split(/[\n|]/)) {
  const forms = family.trim().split(' ');
  for (const form of forms) if (!fullNames.has(form)) fullNames.set(form, forms[0] as string);
}

/** Given names that are surnames as often. */
const ALSO_SURNAMES = new Set(
  (
    'james thomas scott lewis martin henry george howard russell stanley stuart gordon leslie douglas ' +
    'lawrence francis alexander abraham arthur benjamin charles daniel david edward gilbert grace gregory ' +
    'harold harry herbert hubert hugh jack jacob jay jordan joseph joshua kay kim lance lee leon mark mary ' +
    'matthew maurice max may michael mitchell montgomery nelson nicholas norman oliver oscar owen patrick ' +
    'paul percy perry peter philip ray raymond reginald richard robert robin roger roland rose ross roy ' +
    'samuel simon stephen terry tyler vernon victor vincent walter warren wallace will winston young lloyd ' +
    'ann anna carl carol clifford craig curtis dean dennis ed ernest fred gary glenn guy ian john jon kelly ' +
    'ken kenneth kent laurence lynn marshall morgan ralph ronald rupert sandy stewart todd tony van ward'
  ).split(' '),
);

/** Whether a lower-case word is a given name and hardly ever a surname. */
export function isGivenOnly(word: string): boolean {
  return fullNames.has(word) && !ALSO_SURNAMES.has(word);
}

/** Whether a lower-case word is known as a given name at all. */
export function isGiven(word: string): boolean {
  return fullNames.has(word);
}
