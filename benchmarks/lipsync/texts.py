"""What the engines are made to say: sentences of our own and random syllables, which know no favourite vowel."""

from __future__ import annotations

import random

JAPANESE_TRAINING = (
    "今日は朝から雨が降っているので、家でゆっくり本を読みます。",
    "駅前の小さな店で、甘いお菓子を買いました。",
    "明日の夜、友達と一緒に映画を見に行く予定です。",
    "この道をまっすぐ進むと、大きな池があります。",
    "昨日の会議は思ったより長く続きました。",
    "うちの猫は窓の外を見るのが大好きです。",
    "海の上を白い鳥がゆっくり飛んでいく。",
    "新しい歌を覚えるには、何度も歌うのが一番です。",
    "ええ、それは上手に使えば便利だと思います。",
    "お客様、恐れ入りますが少々お待ちください。",
    "冷蔵庫の中に冷えた麦茶が入っています。",
    "運動会では、青い帽子の組が優勝した。",
    "嘘をつくと、あとで困ることになるよ。",
    "上を向いて、大きな声で笑いましょう。",
    "配信を見てくれて、どうもありがとう。また遊びに来てね。",
    "それでは、次のゲームを始めたいと思います。",
    "夕方になると、空が赤く染まって綺麗だ。",
    "虫の声を聞きながら、夜の庭を歩いた。",
    "絵を描くのは苦手だけれど、見るのは好きです。",
    "冬休みに雪の積もった山へ出かけました。",
    "父は毎朝六時に起きて、犬と散歩をします。",
    "母の作る味噌汁は、とても美味しい。",
    "彼女は英語も中国語も話すことができる。",
    "電車が遅れたので、学校に間に合わなかった。",
    "静かな湖の水面に、丸い月が映っている。",
    "宇宙から見た地球は、青くて美しいそうだ。",
    "みんなで力を合わせて、舟を押しました。",
    "風邪を引いたら、早く寝るのが一番だよ。",
    "ポケットの中から、古い切符が出てきた。",
    "ピアノの音が隣の部屋から聞こえてくる。",
)
JAPANESE_TEST = (
    "山の向こうに、細い川が流れています。",
    "昼ご飯は、うどんとおにぎりにしよう。",
    "鍵をどこに置いたか、覚えていますか。",
    "急に風が強くなって、傘が壊れてしまった。",
    "弟は昆虫の図鑑を毎晩眺めている。",
    "売り場は二階の奥にございます。",
    "遠くの島まで、船で三時間かかるらしい。",
    "え、本当に。すごく面白そうだね。",
    "眠い目をこすりながら、宿題を終えた。",
    "町の図書館で、古い地図を見つけました。",
)
ENGLISH_TRAINING = (
    "The old boat moved slowly across the quiet lake.",
    "Please put the red cups on the kitchen table.",
    "I would like to hear that funny story again.",
    "We found a small blue stone near the river.",
    "My father keeps his books in a wooden box.",
    "She sings every evening while cooking dinner.",
    "Do you know who left the window open last night?",
    "Good food and good friends make a happy home.",
    "He bought two pounds of fresh peas and a melon.",
    "They usually walk to school when it is not raining.",
    "A big brown dog jumped over the garden wall.",
    "You should see the moon tonight, it is huge.",
    "The teacher drew five circles on the board.",
    "Hot soup is the best thing on a cold day.",
    "Thank you all for watching, see you next week.",
    "Our team won the game in the last minute.",
    "Move the blue shoes out of the room, please.",
    "People all over the world love this music.",
    "It took three hours to climb up the hill.",
    "Both of them spoke in a low and calm voice.",
)
_ENGLISH_WORDS = (
    "ape arm back bad bath bean bed beef blue boat book boot bought box boy bread bring bus calm cap car caught "
    "cheese choose chop cloud coat coffee coin come cook cool cow cup cut deep dinner dock dog door down duck "
    "each early eat egg face fall far fat father feel few fill fish five foot fruit fun funny glass go good got "
    "group half hand happy hat head heart heavy hill home hot house huge ice if jam jeans job judge juice key "
    "king kiss knee lake large laugh law leg list long look lose loud love low lucky lunch map mark men milk mood "
    "moon mop mother mouse mouth move much music my name need new noise nose nut odd off oil old on paper pay pen "
    "people pick pull push put rain red rich road rock room rule sad sauce school sea see set shape ship shoe "
    "shoot shop should sing sit sky smooth snow soap sock soft soon soup spoon stone stop suit sun talk tea ten "
    "thin thing time too tooth top toy true two under up use van view voice walk wall want watch we wet what who "
    "window wood yes you young zoo"
)


def english_nonsense(generator: random.Random) -> str:
    """Words in any order, with a comma in the middle; rare vowels are as likely as others."""
    words = generator.sample(_ENGLISH_WORDS.split(), generator.randint(5, 8))
    middle = len(words) // 2
    return " ".join(words[:middle]) + ", " + " ".join(words[middle:]) + "."


ENGLISH_TEST = (
    "A thin line of smoke rose above the trees.",
    "Could you pass me the green bottle, please?",
    "The shop will open again at half past nine.",
    "He never told anybody about the secret door.",
    "Warm bread and butter is all we need today.",
    "Look at those beautiful clouds over the sea.",
    "The students moved their desks into a row.",
    "I hope you had a good time at the party.",
)
MANDARIN_TEST = (
    "wo3 de5 peng2 you5 zhu4 zai4 he2 bian1, ta1 mei3 tian1 zao3 shang4 pao3 bu4.",
    "zuo2 tian1 wan3 shang4 xia4 le5 da4 yu3, jie1 shang4 dou1 shi4 shui3.",
    "ma1 ma5 zuo4 de5 yu2 hen3 hao3 chi1.",
    "qing3 wen4, dao4 bo2 wu4 guan3 zen3 me5 zou3.",
    "ge1 ge5 mai3 le5 yi1 tai2 xin1 dian4 nao3, hua1 le5 bu4 shao3 qian2.",
    "xue2 xiao4 de5 cao1 chang3 bi3 yi3 qian2 kuan1 duo1 le5.",
    "lao3 shi1 wen4 le5 yi1 ge4 qi2 guai4 de5 wen4 ti2.",
    "fei1 ji1 cong2 yun2 li3 fei1 chu1 lai2.",
    "di4 di5 bu4 xi3 huan1 he1 niu2 nai3, zhi3 ai4 he1 ke3 le4.",
    "wo3 men5 zhou1 mo4 qu4 hai3 bian1 you2 yong3, hao3 bu4 hao3.",
    "ta1 chang4 ge1 chang4 de5 bi3 shei2 dou1 hao3 ting1.",
    "ba4 ba5 tou2 fa5 bai2 le5, ke3 shi4 lv3 xing2 de5 shi2 hou5 bi3 wo3 zou3 de5 kuai4.",
)

_HEADS = ("", "k", "s", "t", "n", "h", "m", "r", "g", "z", "d", "b", "p")
_KANA = {
    "": "アイウエオ",
    "k": "カキクケコ",
    "s": "サシスセソ",
    "t": "タチツテト",
    "n": "ナニヌネノ",
    "h": "ハヒフヘホ",
    "m": "マミムメモ",
    "r": "ラリルレロ",
    "g": "ガギグゲゴ",
    "z": "ザジズゼゾ",
    "d": "ダジズデド",
    "b": "バビブベボ",
    "p": "パピプペポ",
}


def nonsense(generator: random.Random, words: int = 4) -> str:
    """Words of random syllables with every vowel as likely as the others, a comma now and then."""
    spoken = []
    for _ in range(words):
        length = generator.randint(2, 4)
        spoken.append(
            "".join(_KANA[generator.choice(_HEADS)][generator.randrange(5)] for _ in range(length))
            + generator.choice(("", "", "ー", "ン"))
        )
    return "、".join(("".join(spoken[: words // 2]), "".join(spoken[words // 2 :]))) + "。"
