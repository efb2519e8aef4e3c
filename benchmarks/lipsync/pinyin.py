"""Pinyin to initials and finals."""

from __future__ import annotations

INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcs")
AS_SPOKEN = {
    "yi": "i", "yin": "in", "ying": "ing", "yu": "v", "yue": "ve", "yuan": "van", "yun": "vn", "ya": "ia",
    "yan": "ian", "yang": "iang", "yao": "iao", "ye": "ie", "yong": "iong", "you": "iou", "wu": "u", "wa": "ua",
    "wai": "uai", "wan": "uan", "wang": "uang", "wei": "uei", "wen": "uen", "weng": "ueng", "wo": "uo",
}  # fmt: skip
"""Syllables without an initial that are not written as they are spoken."""

SHORT = {"ui": "uei", "un": "uen", "iu": "iou"}
FRONT = {"u": "v", "ue": "ve", "uan": "van", "un": "vn"}
"""What these finals are after j, q and x."""

SYLLABLES = {
    "a": "ba pa ma fa da ta na la ga ka ha zha cha sha za ca sa a",
    "o": "bo po mo fo",
    "e": "me de te ne le ge ke he zhe che she re ze ce se e",
    "ai": "bai pai mai dai tai nai lai gai kai hai zhai chai shai zai cai sai ai",
    "ei": "bei pei mei fei dei nei lei gei hei zhei shei zei",
    "ao": "bao pao mao dao tao nao lao gao kao hao zhao chao shao rao zao cao sao ao",
    "ou": "pou mou fou dou tou lou gou kou hou zhou chou shou rou zou cou sou ou",
    "an": "ban pan man fan dan tan nan lan gan kan han zhan chan shan ran zan can san an",
    "en": "ben pen men fen nen gen ken hen zhen chen shen ren zen cen sen en",
    "ang": "bang pang mang fang dang tang nang lang gang kang hang zhang chang shang rang zang cang sang ang",
    "eng": "beng peng meng feng deng teng neng leng geng keng heng zheng cheng sheng reng zeng ceng seng",
    "i": "bi pi mi di ti ni li ji qi xi yi",
    "ii": "zi ci si",
    "iii": "zhi chi shi ri",
    "ia": "jia qia xia ya lia",
    "ie": "bie pie mie die tie nie lie jie qie xie ye",
    "iao": "biao piao miao diao tiao niao liao jiao qiao xiao yao",
    "iou": "miu diu niu liu jiu qiu xiu you",
    "ian": "bian pian mian dian tian nian lian jian qian xian yan",
    "in": "bin pin min nin lin jin qin xin yin",
    "iang": "niang liang jiang qiang xiang yang",
    "ing": "bing ping ming ding ting ning ling jing qing xing ying",
    "iong": "jiong qiong xiong yong",
    "u": "bu pu mu fu du tu nu lu gu ku hu zhu chu shu ru zu cu su wu",
    "ua": "gua kua hua zhua shua wa",
    "uo": "duo tuo nuo luo guo kuo huo zhuo chuo shuo ruo zuo cuo suo wo",
    "uai": "guai kuai huai zhuai shuai wai",
    "uei": "dui tui gui kui hui zhui chui shui rui zui cui sui wei",
    "uan": "duan tuan nuan luan guan kuan huan zhuan chuan shuan ruan zuan cuan suan wan",
    "uen": "dun tun lun gun kun hun zhun chun shun run zun cun sun wen",
    "uang": "guang kuang huang zhuang chuang shuang wang",
    "ong": "dong tong nong long gong kong hong zhong chong rong zong cong song",
    "v": "nv lv ju qu xu yu",
    "ve": "nve lve jue que xue yue",
    "van": "juan quan xuan yuan",
    "vn": "jun qun xun yun",
    "er": "er",
}  # fmt: skip
"""Syllables as they are written, by final (v is the rounded front one)."""


def split(syllable: str) -> tuple[str, str, str]:
    """Initial (may be empty), final and tone of one syllable such as zhong1."""
    written, tone = (syllable[:-1], syllable[-1]) if syllable[-1].isdigit() else (syllable, "5")
    if written in AS_SPOKEN:
        return "", AS_SPOKEN[written], tone
    initial = next((one for one in INITIALS if written.startswith(one)), "")
    final = written[len(initial) :]
    if initial in ("j", "q", "x"):
        final = FRONT.get(final, final)
    if final == "i" and initial in ("z", "c", "s"):
        final = "ii"
    if final == "i" and initial in ("zh", "ch", "sh", "r"):
        final = "iii"
    return initial, SHORT.get(final, final), tone
