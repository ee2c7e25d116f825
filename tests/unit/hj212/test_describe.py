from dataclasses import replace

from schemas.policies import Policy
from services.hj212.describe import describe, describe_frame
from services.hj212.frame import Crc, Frame, Info, Piece, Refusal, RefusalReason, State, Value


def test_a_frame_is_told_with_the_keys_of_its_values():
    value = Value(
        "a", 1, 2, 3, 4, 5, 6, 7, 8, 9, flag="N", eflag="A01", sample_time="20260801080000"
    )
    frame = Frame(crc=Crc.HJ212, version=2017, cn="2011", values=(value,), rf="1")

    told = describe(Piece(3, 50, frame=frame))

    assert told == {
        "ok": True,
        "crc": "hj212",
        "version": "2017",
        "mn": None,
        "st": None,
        "cn": "2011",
        "qn": None,
        "flag": None,
        "pnum": None,
        "pno": None,
        "data_time": None,
        "values": [
            {
                "code": "a",
                "rtd": 1,
                "min": 2,
                "avg": 3,
                "max": 4,
                "cou": 5,
                "zs_rtd": 6,
                "zs_min": 7,
                "zs_avg": 8,
                "zs_max": 9,
                "flag": "N",
                "eflag": "A01",
                "sample_time": "2026-08-01T08:00:00+08:00",
            }
        ],
        "rf": "1",
        "warnings": [],
        "offset": 3,
        "length": 50,
    }


def test_states_and_infos_are_told_with_what_was_sent():
    frame = Frame(
        crc=Crc.HJ212,
        version=2017,
        cn="3020",
        states=(State("SB1", rs=1), State("SB2", rt=1.5)),
        infos=(Info("w01018", "i11001", "清洗管路"),),
    )

    told = describe_frame(frame)

    assert told["states"] == [{"code": "SB1", "rs": 1}, {"code": "SB2", "rt": 1.5}]
    assert told["info"] == [{"about": "w01018", "code": "i11001", "text": "清洗管路"}]


def test_repeated_other_fields_are_told_as_a_list():
    frame = Frame(
        crc=Crc.HJ212, version=2017, cn="3014", other=(("CTime", "04"), ("x", "1"), ("CTime", "10"))
    )

    assert describe_frame(frame)["other"] == {"CTime": ["04", "10"], "x": "1"}


def test_a_time_of_another_form_is_told_as_sent_too():
    frame = Frame(crc=Crc.HJ212, version=2017, cn="2011", data_time_text="20160824003817000")

    told = describe_frame(frame)

    assert told["data_time"] == "2016-08-24T00:38:17+08:00"
    assert told["other"] == {"DataTime": "20160824003817000"}


def test_a_password_is_told_only_when_asked_for():
    frame = Frame(crc=Crc.HJ212, version=2017, cn="2011", pw="123456")

    assert describe_frame(frame)["pw"] == "******"
    assert describe_frame(frame, show_pw=True)["pw"] == "123456"


def test_what_few_frames_have_is_told_when_they_have_it():
    plain = Frame(crc=Crc.HJ212, version=2025, cn="2011")
    frame = replace(
        plain,
        rf="1",
        encrypted=True,
        policies=(Policy.LONG_DATA_TIME, "crc_off"),
        words=(("p10001", "St"),),
    )

    told = describe_frame(frame)

    assert told["encrypted"] is True
    assert (told["rf"], told["policies"]) == ("1", ["long_data_time", "crc_off"])
    assert told["words"] == [{"code": "p10001", "text": "St"}]
    assert describe_frame(plain).keys().isdisjoint({"rf", "encrypted", "policies", "words"})


def test_a_refusal_that_a_policy_mends_is_told_with_it():
    told = describe(Piece(0, 1, refusal=Refusal(RefusalReason.NO_HEADER, "x", "crc: off")))

    assert told["policy"] == "crc: off"


def test_a_refusal_is_told_with_its_place():
    told = describe(Piece(7, 9, refusal=Refusal(RefusalReason.NOISE, "x")))

    assert told == {"ok": False, "reason": "noise", "detail": "x", "offset": 7, "length": 9}
