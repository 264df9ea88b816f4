/**
 * Names of the people who might live in Victoria, Australia, by family background.
 *
 * Written as their bearers write them, diacritics included: older source systems strip those, and
 * that is one of the differences a resolver has to live with.
 */
import { weighted } from './random.ts';

type Names = readonly [string, ...string[]];

export interface Culture {
  readonly given: Names;
  readonly family: Names;
}

const words = (text: string): Names => {
  const [first, ...rest] = text.split(' ');
  return [first ?? '', ...rest];
};

const ENGLISH: Culture = {
  given: words(
    'Margaret Susan Karen Jennifer Emily Olivia Charlotte Grace Ruby Isla Hannah Lucy Alice Zoe ' +
      'Peter David Michael Andrew James William Jack Thomas Henry Oliver Noah Liam Samuel Lachlan',
  ),
  family: words(
    'Smith Jones Williams Brown Wilson Taylor Johnson White Martin Anderson Thompson Walker ' +
      'Harris Lewis Robinson Kelly King Davis Wright Evans Hughes Edwards Collins Bennett ' +
      'Murphy Campbell Stewart Mitchell Morrison Fraser Gallagher McKenzie Whitfield Ashworth ' +
      'Pemberton Hargreaves Lockwood Thornbury Fairweather Wetherall',
  ),
};
const GREEK: Culture = {
  given: words(
    'Eleni Maria Sofia Katerina Dimitra Vasiliki Georgia Despina Nikos Giorgos Dimitris Kostas ' +
      'Yiannis Stavros Andreas Christos',
  ),
  family: words(
    'Papadopoulos Pappas Georgiou Nikolaidis Vlahos Karras Economou Antoniou Christodoulou ' +
      'Stavropoulos Kostopoulos Dimitriou Alexiou Makris Lambros Zervas',
  ),
};
const ITALIAN: Culture = {
  given: words(
    'Giulia Francesca Chiara Lucia Rosa Carmela Angela Teresa Giuseppe Antonio Marco Salvatore ' +
      'Domenico Luca Matteo Vincenzo',
  ),
  family: words(
    'Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti ' +
      'Caruso Lombardi Barbieri',
  ),
};
const VIETNAMESE: Culture = {
  given: words(
    'Hương Lan Mai Thảo Ngọc Linh Trang Phương Minh Hùng Dũng Tuấn Quang Khánh Long Bảo',
  ),
  family: words('Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý'),
};
const CHINESE: Culture = {
  given: words(
    'Wei Fang Min Jing Yan Xiuying Lili Meiling Jun Lei Qiang Hao Yifan Zihan Xinyi Haoran',
  ),
  family: words('Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Lin Guo'),
};
const INDIAN: Culture = {
  given: words(
    'Priya Anjali Deepa Kavita Pooja Sunita Neha Lakshmi Raj Arjun Vikram Sanjay Amit Rohan ' +
      'Harpreet Gurpreet',
  ),
  family: words(
    'Singh Patel Sharma Kumar Kaur Gupta Reddy Nair Iyer Mehta Desai Joshi Verma Chopra Menon',
  ),
};
const ARABIC: Culture = {
  given: words(
    'Fatima Layla Mariam Nour Yasmin Rania Zeinab Hala Mohammed Ahmad Ali Hassan Omar Khaled ' +
      'Youssef Tarek',
  ),
  family: words(
    'Haddad Khoury Nassar Mansour Saleh Hamdan Abboud Rahme Fakhoury Awad Darwish Issa Sayegh',
  ),
};
const TURKISH: Culture = {
  given: words('Ayşe Fatma Zeynep Elif Gülşen Sevgi Mehmet Mustafa İbrahim Emre Çağlar Özgür'),
  family: words('Yılmaz Kaya Demir Şahin Çelik Yıldız Öztürk Aydın Arslan Doğan Koç Güneş'),
};
const FILIPINO: Culture = {
  given: words('Maricel Rosario Jocelyn Cristina Analyn Lourdes Jose Ramon Rodel Jomar Arnel Rico'),
  family: words('Santos Reyes Cruz Bautista Garcia Mendoza Ramos Aquino Villanueva Dizon Salazar'),
};
const POLISH: Culture = {
  given: words('Agnieszka Małgorzata Zofia Halina Ewa Danuta Piotr Krzysztof Łukasz Wojciech Jan'),
  family: words('Nowak Kowalski Wiśniewski Wójcik Zieliński Szymański Woźniak Dąbrowski Mazur'),
};
const MAORI: Culture = {
  given: words('Aroha Anahera Hine Mere Ngaire Moana Tāne Wiremu Hēmi Rangi Tama Nikau'),
  family: words('Ngata Parata Tāmati Rāwiri Hēnare Waititi Pōtae Te-Kanawa Walker Heke Tūhoe'),
};

/** Rough shares of family backgrounds in Victoria; chosen for variety, not taken from a census. */
export const CULTURES = weighted<Culture>([
  [ENGLISH, 44],
  [GREEK, 6],
  [ITALIAN, 7],
  [VIETNAMESE, 8],
  [CHINESE, 10],
  [INDIAN, 10],
  [ARABIC, 5],
  [TURKISH, 3],
  [FILIPINO, 3],
  [POLISH, 2],
  [MAORI, 2],
]);

/** Letters that decompose to nothing useful under NFD. */
const UNDECOMPOSABLE: Readonly<Record<string, string>> = {
  đ: 'd',
  Đ: 'D',
  ł: 'l',
  Ł: 'L',
  ı: 'i',
};

/** What a system that only knows ASCII makes of a name. */
export function toAscii(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .replace(/[đĐłŁı]/g, (letter) => UNDECOMPOSABLE[letter] ?? letter);
}
