/** People whose names are written in their own script in one record and in Latin letters in others. */
import { createRandom } from '../../support/random.ts';
import type { QualityRecord } from '../quality-record.ts';

interface Language {
  /** `native=Latin/another Latin form`, given names and surnames. */
  readonly given: string;
  readonly surnames: string;
  readonly isSurnameFirst?: boolean;
}

const LANGUAGES: readonly Language[] = [
  {
    given:
      'Александр=Alexander/Aleksandr Дмитрий=Dmitry/Dmitri Сергей=Sergey/Sergei Екатерина=Ekaterina/Yekaterina Наталья=Natalya/Natalia Юрий=Yuri/Yury Михаил=Mikhail/Michail Ольга=Olga Татьяна=Tatiana/Tatyana Алексей=Alexey/Aleksei',
    surnames:
      'Иванов=Ivanov Васильев=Vasiliev/Vasilyev Щербаков=Shcherbakov Чайковский=Tchaikovsky/Chaikovskiy Жуков=Zhukov Хрущёв=Khrushchev Соловьёв=Solovyov/Soloviev Кузнецов=Kuznetsov Попов=Popov Новиков=Novikov',
  },
  {
    given:
      'Γιώργος=Giorgos/Yiorgos Νίκος=Nikos/Nicos Ελένη=Eleni Μαρία=Maria Κώστας=Kostas/Costas Δημήτρης=Dimitris Αναστασία=Anastasia Χρήστος=Christos/Hristos',
    surnames:
      'Παπαδόπουλος=Papadopoulos Βλάχος=Vlachos/Vlahos Αλεξίου=Alexiou Καραμανλής=Karamanlis Θεοδωράκης=Theodorakis Οικονόμου=Oikonomou/Economou Γεωργίου=Georgiou',
  },
  {
    given:
      'محمد=Mohammed/Muhammad فيصل=Faisal/Faysal خالد=Khalid/Khaled فاطمة=Fatima/Fatimah سارة=Sara/Sarah يوسف=Yusuf/Youssef حسين=Hussein/Husayn أحمد=Ahmed/Ahmad',
    surnames:
      'صديقي=Siddiqui/Siddiqi حداد=Haddad منصور=Mansour/Mansur خوري=Khoury/Khouri سليمان=Suleiman/Sulayman حجازي=Hijazi/Hegazy قاسم=Qasim/Kassem',
  },
  {
    given: 'דוד=David שרה=Sarah/Sara יעקב=Yaakov/Jacob רחל=Rachel משה=Moshe מרים=Miriam',
    surnames:
      'כהן=Cohen/Kohen לוי=Levi/Levy פרץ=Peretz/Perets מזרחי=Mizrahi/Mizrachi פרידמן=Friedman',
  },
  {
    given:
      '伟=Wei 杰=Jie 秀英=Xiuying 小明=Xiaoming 丽=Li 强=Qiang 敏=Min 静=Jing 建国=Jianguo 婷婷=Tingting',
    surnames: '王=Wang 张=Zhang 刘=Liu 陈=Chen 杨=Yang 赵=Zhao 黄=Huang 周=Zhou 吴=Wu 徐=Xu',
    isSurnameFirst: true,
  },
  {
    given:
      '민준=Minjun/Min-jun 서연=Seoyeon/Seo-yeon 지훈=Jihoon/Ji-hun 수진=Sujin/Soo-jin 영호=Yeongho/Young-ho',
    surnames: '김=Kim 이=Lee/Yi 박=Park/Pak 최=Choi 정=Jung/Jeong 강=Kang 조=Cho/Jo',
    isSurnameFirst: true,
  },
  {
    given:
      'ゆうこ=Yuko/Yuuko はなこ=Hanako ケンジ=Kenji タロウ=Taro/Tarou さくら=Sakura ひろし=Hiroshi',
    surnames: 'たなか=Tanaka サトウ=Sato/Satou すずき=Suzuki ワタナベ=Watanabe やまもと=Yamamoto',
  },
  {
    given: 'दीपक=Deepak/Dipak प्रिया=Priya राहुल=Rahul सुनीता=Sunita/Suneeta विजय=Vijay अनिल=Anil',
    surnames: 'शर्मा=Sharma पटेल=Patel गुप्ता=Gupta सिंह=Singh वर्मा=Verma/Varma मिश्रा=Mishra/Misra',
  },
];

function forms(text: string): string[][] {
  return text.split(' ').map((entry) => entry.split(/[=/]/));
}

/** 3,000 people, two or three records each: a name, and a date of birth in two records of three. */
export function scripts(): QualityRecord[] {
  const random = createRandom(106);
  const records: QualityRecord[] = [];
  const languages = LANGUAGES.map(({ given, surnames, isSurnameFirst }) => ({
    given: forms(given),
    surnames: forms(surnames),
    isSurnameFirst: isSurnameFirst === true,
  }));
  for (let index = 0; index < 3_000; index++) {
    const { given, surnames, isSurnameFirst } = random.pick(languages);
    const first = random.pick(given);
    const last = random.pick(surnames);
    const year = 1930 + random.below(75);
    const rest = [1 + random.below(12), 1 + random.below(28)].map((part) =>
      String(part).padStart(2, '0'),
    );
    const birthDate = [year, ...rest].join('-');
    const postcode = String(10_000 + random.below(400));
    const count = 2 + random.below(2);
    for (let record = 0; record < count; record++) {
      const isNative = record === 0;
      const one = isNative ? (first[0] as string) : random.pick(first.slice(1));
      const two = isNative ? (last[0] as string) : random.pick(last.slice(1));
      const name =
        isNative && isSurnameFirst && random.chance(0.5)
          ? { name: two + one }
          : { given_name: one, surname: two };
      const isDated = random.chance(0.7);
      records.push({
        id: `s${index}:${record}`,
        truth: `s${index}`,
        attributes: {
          ...name,
          ...(isDated ? { birth_date: birthDate } : {}),
          ...(!isDated || random.chance(0.5) ? { postcode } : {}),
        },
        identifiers: [],
      });
    }
  }
  return random.shuffle(records);
}
