/**
 * Han characters of personal and place names with their reading in Pinyin, without tones: the common
 * surnames, and characters common in given names. Simplified and traditional forms. One reading each,
 * the usual one in names.
 */
const READINGS = `
ai艾爱愛 an安 ao敖傲 ba巴 bai白柏百 ban班 bao包宝寶保鲍鮑 bei北贝貝 bi毕畢碧 bian卞边邊 bin斌彬宾賓 bing冰兵炳 bo波博伯 bu卜步
cai蔡才彩 can灿燦 cao曹 cen岑 chai柴 chang常昌长長畅暢 chao超朝潮 che车車 chen陈陳晨辰沉 cheng程成城诚誠承 chi池迟遲驰馳
chong崇 chu楚初储儲 chuan传傳川 chun春纯純 cong丛叢聪聰从從 cui崔翠 da达達大 dai戴代 dan丹旦 dang党黨 dao道
de德得 deng邓鄧登 di狄迪笛 diao刁 ding丁定 dong董东東冬栋棟 dou窦竇 du杜都 duan段端 e娥 en恩 er尔爾儿兒 fa发發法
fan范范範樊凡帆 fang方房芳 fei费費飞飛菲斐 fen芬 feng冯馮封峰锋鋒风風凤鳳丰豐 fu付傅符福富甫 gan甘淦 gang刚剛钢鋼岗崗 gao高皋
ge葛戈歌阁閣 gen根 geng耿庚 gong龚龔宫宮巩鞏公功恭 gou苟 gu顾顧古谷 gua瓜 guan关關管冠 guang光广廣 gui桂贵貴 guo郭国國果
hai海 han韩韓汉漢寒涵晗 hang杭航 hao郝浩昊豪好皓 he何贺賀和河荷 heng恒衡亨 hong洪红紅宏鸿鴻虹弘 hou侯 hu胡虎湖 hua华華花 huai怀懷
huan欢歡焕煥 huang黄黃皇煌 hui惠慧辉輝晖暉会會 huo霍 ji纪紀季吉姬冀继繼计計 jia贾賈嘉佳家 jian简簡建健剑劍坚堅 jiang江姜蒋蔣 jiao焦娇嬌
jie杰傑洁潔捷婕 jin金晋晉锦錦进進近津 jing景荆荊静靜晶京敬菁婧靖 jiu九 ju鞠菊巨居 juan娟 jue觉覺 jun军軍俊君钧鈞骏駿 kai凯凱开開
kang康 ke柯可克科 kong孔 kou寇 kuan宽寬 kuang邝鄺匡 kui奎葵 kun坤昆琨 lai赖賴来來 lan兰蘭蓝藍岚嵐 lang郎朗 lao劳勞 le乐樂
lei雷蕾磊 leng冷 li李黎厉厲力丽麗立莉利礼禮理里 lian连連廉莲蓮 liang梁亮良 liao廖 lie列 lin林琳霖临臨 ling凌玲灵靈铃鈴 liu刘劉柳
long龙龍隆 lou娄婁楼樓 lu卢盧陆陸鲁魯路吕呂露璐鹿 luan栾欒 lun伦倫 luo罗羅骆駱洛 ma马馬麻 mai麦麥迈邁 man满滿曼 mao毛茅 mei梅美媚妹
meng孟蒙梦夢萌 mi米糜 miao苗缪繆妙淼 min闵閔敏民 ming明鸣鳴名茗铭銘 mo莫墨 mu穆木牧慕 na娜那 nan南楠男 ni倪妮 nian年念
ning宁寧 niu牛 nong农農 ou欧歐 pan潘盘盤 pang庞龐 pei裴培佩沛 peng彭鹏鵬朋 pi皮 piao朴 pin品 ping平萍苹蘋 pu蒲浦普
qi齐齊戚祁琪奇启啟淇琦 qian钱錢千倩谦謙 qiang强強蔷薔 qiao乔喬巧 qin秦琴勤钦欽芹 qing青清庆慶晴卿 qiong琼瓊 qiu邱丘秋裘 qu曲瞿屈
quan全权權泉 qun群 ran冉然 rao饶饒 ren任仁人 rong荣榮容蓉戎 rou柔 ru汝茹如儒 ruan阮 rui瑞睿锐銳蕊芮 run润潤 ruo若 sen森
sha沙 shan单單山珊善 shang尚商 shao邵绍紹少韶 she佘 shen沈申深慎 sheng盛生胜勝圣聖升声聲 shi石史施时時诗詩世士师師 shou寿壽守 shu舒书書淑树樹
shuai帅帥 shuang双雙爽 shui水 shun顺順舜 shuo硕碩 si司思斯丝絲 song宋松颂頌嵩 su苏蘇素 sui隋 sun孙孫 suo索 tai泰太台臺
tan谭譚谈談檀 tang汤湯唐堂棠 tao陶涛濤桃韬韜 teng滕腾騰 tian田天甜添 tie铁鐵 ting婷庭廷亭 tong童佟彤同通桐 tu涂屠图圖 tuo拓
wan万萬婉 wang王汪旺望 wei魏韦韋卫衛伟偉薇威维維巍炜煒玮瑋微未 wen温溫文闻聞雯 weng翁 wo沃 wu吴吳武伍邬鄔悟五午 xi席奚西希喜熙曦茜锡錫
xia夏霞侠俠 xian冼贤賢先仙显顯娴嫻 xiang向项項香祥翔湘 xiao肖萧蕭小晓曉孝笑潇瀟 xie谢謝解协協 xin辛新欣心鑫馨昕信 xing邢兴興星行杏 xiong熊雄
xiu秀修 xu徐许許旭绪緒 xuan宣轩軒萱玄璇 xue薛雪学學 xun荀勋勳 ya亚亞雅娅婭 yan严嚴颜顏闫閆阎閻燕岩言艳艷妍彦彥延雁焱 yang杨楊阳陽洋扬揚羊
yao姚尧堯瑶瑤耀 ye叶葉业業野 yi易伊一宜怡义義艺藝逸毅仪儀益奕 yin尹殷银銀音寅 ying应應英颖穎莹瑩盈影 yong雍永勇咏詠 you尤游友优優
yu于余俞喻虞宇玉雨郁瑜钰鈺煜裕羽育渔漁豫语語 yuan袁元原源远遠媛圆圓苑园園 yue岳月悦悅越 yun云雲芸韵韻允运運 zan昝 zang臧 ze泽澤则則 zeng曾增
zha查 zhai翟 zhan詹占展湛战戰 zhang张張章彰璋 zhao赵趙兆昭召照 zhe哲喆 zhen甄真珍振震贞貞臻 zheng郑鄭正政征 zhi支智志芝之治知直致
zhong钟鐘中忠仲 zhou周舟洲 zhu朱祝竹诸諸珠柱 zhuan专專 zhuang庄莊壮壯 zhuo卓 zi子紫梓自 zong宗 zou邹鄒 zu祖 zuo左佐 xuan旋 yi以乙
`;

/** Character -> syllable. */
export const PINYIN: ReadonlyMap<string, string> = new Map(
  READINGS.trim()
    .split(/\s+/)
    .flatMap((entry) => {
      const syllable = /^[a-z]+/.exec(entry)?.[0] ?? '';
      return Array.from(entry.slice(syllable.length), (letter): [string, string] => [
        letter,
        syllable,
      ]);
    }),
);
