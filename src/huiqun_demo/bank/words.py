"""Words that names and profiles are drawn from."""

SURNAMES = tuple(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
GIVEN_FEMALE = tuple("婷雪倩颖慧敏静丽芳燕玲娟霞梅琳欣怡佳梦思雨晓诗若语嘉可心安宁清瑶瑾岚蕾薇洁秀兰凤")
GIVEN_MALE = tuple("伟强磊军洋勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆博文志建国海峰天子一泽晨睿航锋")
TWO_SYLLABLE_TAILS = ("", *tuple("然然文涵宁轩彤阳林悦辰琪远成安华"))

OCCUPATIONS = (
    "企业职员",
    "信息技术",
    "制造业工人",
    "个体经营",
    "企业管理",
    "公务员",
    "教师",
    "医护",
    "自由职业",
    "家庭照料",
    "学生",
    "退休",
)
# Yearly income in yuan at mid-career and its spread (log scale), in the order of OCCUPATIONS.
OCCUPATION_INCOME = (
    (110_000, 0.45),
    (220_000, 0.50),
    (75_000, 0.30),
    (150_000, 0.80),
    (300_000, 0.60),
    (130_000, 0.30),
    (120_000, 0.30),
    (160_000, 0.45),
    (90_000, 0.70),
    (20_000, 0.60),
    (8_000, 0.50),
    (60_000, 0.40),
)
INCOME_BANDS = ("5万以下", "5-10万", "10-20万", "20-50万", "50万以上")
INCOME_LIMITS = (50_000, 100_000, 200_000, 500_000)
MARITAL = ("未婚", "已婚", "离异", "丧偶")
EDUCATION = ("高中及以下", "大专", "本科", "硕士及以上")
STREETS = (
    "文二路",
    "湖滨路",
    "江南大道",
    "人民路",
    "天府大道",
    "锦绣街",
    "滨河路",
    "科创路",
    "春熙巷",
    "学苑路",
)
TOPICS = (
    "wealth",
    "fund",
    "deposit",
    "credit_card",
    "loan",
    "insurance",
    "pension",
    "study_abroad",
    "precious_metal",
    "benefits",
)
