"""Single statements on which a decision turns: boundaries, whose age, corrections, traps."""

from __future__ import annotations

from datetime import date

import pytest

from ivr.understanding import AgeOf, Elder, Intent, understand

ON = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("words", "elder"),
    [
        ("我一九六一年十一月二十二号生的", Elder.YES),
        ("我一九六一年十一月二十三号生的", Elder.NO),
        ("我六一年的", Elder.UNKNOWN),
        ("我六零年的", Elder.YES),
        ("我六二年的", Elder.NO),
        ("六零年腊月的", Elder.YES),
        ("六一年腊月的", Elder.NO),
        ("我虚岁六十五", Elder.NO),
        ("我虚岁六十六", Elder.UNKNOWN),
        ("我虚岁六十七", Elder.YES),
    ],
)
def test_the_sixty_fifth_birthday_decides(words, elder):
    assert understand(words, on=ON).elder is elder


def test_a_day_later_the_neighbour_in_age_is_an_elder_too():
    words = "我一九六一年十一月二十三号生的"
    assert understand(words, on=date(2026, 11, 23)).elder is Elder.YES


def test_the_elder_age_is_a_parameter():
    assert understand("我今年六十二", on=ON, elder_age=60).elder is Elder.YES
    assert understand("我今年六十二", on=ON, elder_age=65).elder is Elder.NO
    assert understand("我今年七十二", on=ON, elder_age=80).elder is Elder.NO


@pytest.mark.parametrize(
    ("words", "year"),
    [
        ("民国三十七年生的", 1948),
        ("我跟共和国同岁", 1949),
        ("解放前两年生的", 1947),
        ("大跃进那年生的", 1958),
        ("解放那年生的我", 1949),
    ],
)
def test_eras_and_events_tell_the_year(words, year):
    found = understand(words, on=ON)
    assert (found.birth_year, found.age) == (year, (2025 - year, 2026 - year))


@pytest.mark.parametrize(
    ("words", "elder"),
    [
        ("我是五五年的兵", Elder.YES),
        ("七十年代参加工作的", Elder.UNKNOWN),
        ("我退休二十五年了", Elder.YES),
        ("我退休三年了", Elder.UNKNOWN),
        ("我闺女都六十了", Elder.YES),
        ("我儿子四十五", Elder.UNKNOWN),
    ],
)
def test_a_life_tells_an_elder_only_if_nobody_younger_can_have_had_it(words, elder):
    assert understand(words, on=ON).elder is elder


ANIMALS = "鼠牛虎兔龙蛇马羊猴鸡狗猪"


@pytest.mark.parametrize("animal", ANIMALS)
def test_an_animal_alone_tells_no_age_and_beside_a_year_does_not_hide_it(animal):
    alone = understand(f"我属{animal}的", on=ON)
    assert (alone.age, alone.elder) == (None, Elder.UNKNOWN)
    year = 1948 + ANIMALS.index(animal)
    digits = "".join("零一二三四五六七八九"[int(digit)] for digit in str(year)[2:])
    told = understand(f"属{animal}的{digits}年", on=ON)
    assert (told.birth_year, told.age) == (year, (2025 - year, 2026 - year))


@pytest.mark.parametrize(
    ("words", "whose", "age"),
    [
        ("我妈八十了我五十三", AgeOf.CALLER, (53, 53)),
        ("我五十三我妈八十了", AgeOf.CALLER, (53, 53)),
        ("替我八十岁的老娘问问", AgeOf.THIRD, (80, 80)),
        ("我替我老伴问的他七十六了", AgeOf.THIRD, (76, 76)),
        ("我和老伴都七十六了", AgeOf.CALLER, (76, 76)),
        ("给孙女买的保险今年七十三了", AgeOf.CALLER, (73, 73)),
        ("姑娘我七十一了", AgeOf.CALLER, (71, 71)),
        ("我闺女七十一了", AgeOf.THIRD, (71, 71)),
    ],
)
def test_an_age_belongs_to_whom_it_is_said_of(words, whose, age):
    found = understand(words, on=ON)
    assert (found.age_of, found.age) == (whose, age)


@pytest.mark.parametrize(
    ("words", "age"),
    [
        ("我不是七十是六十七", (67, 67)),
        ("我七十不对六十七", (67, 67)),
        ("我六十八哦不是六十九", (69, 69)),
        ("我七十七十二了", (72, 72)),
        ("我哪有八十我七十六", (76, 76)),
        ("虚岁七十四周岁七十二", (72, 72)),
    ],
)
def test_a_correction_replaces_what_was_said_before(words, age):
    assert understand(words, on=ON).age == age


@pytest.mark.parametrize(
    "words",
    [
        "每个月扣我八十五块",
        "交了七十年的老客户",
        "我住七十二号楼",
        "等了六十五分钟",
        "打了七十多遍",
        "保单号七二六五",
        "保到七十岁的那种",
        "是不是六十岁才能领",
        "九八年买的",
        "七十年代参加工作",
        "第七十二条",
        "坐六十八路车",
        "百分之七十",
        "六十五岁以上优惠吗",
        "我四十岁那年买的",
    ],
)
def test_amounts_counts_addresses_and_terms_are_no_ages(words):
    found = understand(words, on=ON)
    assert (found.age, found.birth_year) == (None, None)
    assert found.elder is Elder.UNKNOWN


def test_somebody_elses_hearing_makes_nobody_old():
    assert understand("我爸耳朵背我帮他问", on=ON).elder is Elder.NO
    assert understand("我耳朵背", on=ON).elder is Elder.YES
    assert understand("我听不清", on=ON).elder is Elder.UNKNOWN


def test_business_goes_before_the_wish_for_a_person_which_is_kept():
    found = understand("我要退保给我转人工", on=ON)
    assert found.intent is Intent.SURRENDER
    assert found.wants_person


def test_wishes_and_urgency_are_told_apart():
    slow = understand("你慢点说我跟不上", on=ON)
    loud = understand("耳朵背大声点", on=ON)
    hurt = understand("我摔了一跤起不来了", on=ON)
    assert (slow.slower, slow.louder, slow.urgent) == (True, False, False)
    assert (loud.slower, loud.louder, loud.urgent) == (False, True, False)
    assert (hurt.intent, hurt.urgent) == (Intent.CLAIM, True)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("温州话会讲吗", "wuu-x-wenzhou"),
        ("我是宁德的听不懂普通话", "cdo"),
        ("温州话费怎么交", None),
        ("我听不懂广东话", None),
        ("俺", None),
        ("唔该帮我揾個人", "yue-x-guangfu"),
        ("有会藏语的吗", "bo"),
        ("普通话我听不来", "und"),
        ("我在上海买的保险", None),
    ],
)
def test_a_dialect_is_named_placed_or_spoken(words, code):
    assert understand(words, on=ON).dialect == code
