"""Sound tables of what is loaded and staged, with the faults of their suites."""

from tests.expectations.sound_case import AREA, Case

READ_AT = "timestamp '2026-01-01'"
_STAMP = {"isdeleted": "false", "read_at": READ_AT}
_STAMP_FAULTS = {
    "isdeleted_present": {"isdeleted": "null::boolean"},
    "read_at_present": {"read_at": "null::timestamp"},
    "reading_once": {},
}
_PERSON = {
    **{"file_id": "'f'", "row_number": "i", "area_id": "'2080'", "round": "2024"},
    **{"gender": "'K'", "weight": "1.5::double", "survey": "'adults'", "age": "40"},
}
_PERSON_FAULTS = {
    "rows_twice": {},
    "no_area": {"area_id": "'Falun'"},
    "odd_round": {"round": "1924"},
    "odd_gender": {"gender": "'X'"},
    "no_weight": {"weight": "0"},
}
_WITHOUT_GENDER = "update {} set gender = null"
_SHARE = {
    **{"file_id": "'f'", "area_id": "'2080'", "gender": "'T'"},
    **{"share": "20.0::double", "ci_lower": "15.0::double", "ci_upper": "25.0::double"},
}
_SHARE_FAULTS = {
    "no_percentage": {"share": "101.0::double", "ci_upper": "102.0::double"},
    "no_area": {"area_id": "'Falu kommun'"},
    "odd_gender": {"gender": "'Kvinna'"},
    "limits_reversed": {
        "ci_lower": "30.0::double",
        "ci_upper": "29.0::double",
        "share": "null::double",
    },
    "outside_limits": {"share": "26.0::double"},
}

LOADED = [
    Case(
        "raw_kolada.kpi",
        30,
        {
            **{"id": "'N' || lpad(i::varchar, 5, '0')", "title": "'Titel'"},
            **{"municipality_type": "'K'", "publication_date": "'2026-05-01'", **_STAMP},
        },
        {
            "id_present": {"id": "null::varchar"},
            "id_form": {"id": "'X12345'"},
            "title_present": {"title": "null::varchar"},
            "municipality_type_known": {"municipality_type": "'Q'"},
            "publication_date_readable": {"publication_date": "'i maj'"},
            **_STAMP_FAULTS,
        },
        {"has_rows": "delete from raw_kolada.kpi"},
    ),
    Case(
        "raw_kolada.municipality",
        312,
        {
            **{"id": "lpad(i::varchar, 4, '0')", "title": "'Ort'"},
            **{"type": "if(i < 22, 'L', 'K')", **_STAMP},
        },
        {
            "id_present": {"id": "null::varchar"},
            "id_form": {"id": "'208'", "isdeleted": "true"},
            "title_present": {"title": "null::varchar", "isdeleted": "true"},
            "type_known": {"type": "'X'"},
            **_STAMP_FAULTS,
        },
        {
            "has_rows": "delete from raw_kolada.municipality",
            "municipalities_complete": "delete from raw_kolada.municipality where id = '0300'",
            "regions_complete": "delete from raw_kolada.municipality where id = '0001'",
        },
    ),
    Case(
        "raw_kolada.municipality_group_member",
        30,
        {"group_id": "'G1'", "member_id": AREA, "member_title": "'Ort'", **_STAMP},
        {
            "group_id_present": {"group_id": "null::varchar"},
            "group_id_form": {"group_id": "'2080'"},
            "member_id_present": {"member_id": "null::varchar"},
            "member_id_form": {"member_id": "'G2'"},
            "member_title_present": {"member_title": "null::varchar"},
            **_STAMP_FAULTS,
        },
    ),
    Case(
        "raw_kolada.ou_reading",
        30,
        {
            **{"kpi": "'N15601'", "ou": "'V15E' || i", "period": "2024"},
            **{"gender": "'T'", "value": "1.0::double", "read_at": READ_AT},
        },
        {
            "kpi_form": {"kpi": "'N1'"},
            "ou_present": {"ou": "null::varchar"},
            "period_is_a_year": {"period": "20241"},
            "gender_known": {"gender": "'X'"},
            "value_finite": {"value": "'inf'::double"},
            "read_at_present": {"read_at": "null::timestamp"},
            "reading_once": {},
        },
        {"value_mostly_present": "update raw_kolada.ou_reading set value = null"},
    ),
    Case(
        "raw_folkhalsodata.estimate",
        30,
        {
            **{"table_id": "'t'", "content_code": "'c' || i", "area_id": "'0020'"},
            **{"gender": "'K'", "year_start": "2018", "year_end": "2021", "share": "20.0::double"},
            **{
                "ci_lower": "15.0::double",
                "ci_upper": "25.0::double",
                "status": "null::varchar",
                **_STAMP,
            },
        },
        {
            "table_id_present": {"table_id": "null::varchar"},
            "area_id_form": {"area_id": "'20'"},
            "gender_known": {"gender": "'01'"},
            "years_in_order": {"year_start": "2022"},
            "share_is_a_percentage": {"share": "812.0::double", "ci_upper": "900.0::double"},
            "share_hidden_has_a_sign": {"share": "null::double"},
            "lower_below_share": {"ci_lower": "21.0::double"},
            "share_below_upper": {"ci_upper": "19.0::double"},
            **_STAMP_FAULTS,
        },
    ),
    Case(
        "raw_hlv.respondent",
        30,
        _PERSON,
        {
            **_PERSON_FAULTS,
            "odd_survey": {"survey": "'hs'"},
            "odd_age": {"age": "12"},
        },
        {"without_gender_pct": _WITHOUT_GENDER.format("raw_hlv.respondent")},
    ),
    Case(
        "raw_lupp.respondent",
        30,
        {**_PERSON, "survey": "'gy'", "age": "17"},
        {
            **_PERSON_FAULTS,
            "odd_survey": {"survey": "'adults'"},
            "odd_age": {"age": "70"},
        },
        {"without_gender_pct": _WITHOUT_GENDER.format("raw_lupp.respondent")},
    ),
    Case(
        "raw_elsa.respondent",
        30,
        {
            **_PERSON,
            **{"talk_id": "'t' || i", "pseudonym": "'p'", "consent_by": "'guardian'"},
            **{"grade": "'4'", "height_cm": "140.0::double"},
        },
        {
            **_PERSON_FAULTS,
            "rows_twice": {"talk_id": "'another'"},
            "talks_twice": {"row_number": "999"},
            "no_pseudonym": {"pseudonym": "null::varchar"},
            "no_consent": {"consent_by": "null::varchar"},
            "odd_grade": {"grade": "'3'"},
            "odd_height": {"height_cm": "14.0::double"},
        },
        {"without_gender_pct": _WITHOUT_GENDER.format("raw_elsa.respondent")},
    ),
    Case("raw_hlv.published_share", 30, _SHARE, _SHARE_FAULTS),
    Case("raw_lupp.published_share", 30, _SHARE, _SHARE_FAULTS),
    Case(
        "staging.stg_kolada__value",
        30,
        {
            **{"kpi": "'N00925'", "municipality": AREA, "period": "2022", "gender": "'T'"},
            **{"value": "84.5::double", "isdeleted": "false"},
        },
        {
            "withdrawn": {"isdeleted": "true"},
            "of_groups": {"municipality": "'G37888'"},
            "no_population": {"kpi": "'N01951'", "value": "0"},
            "odd_code": {"kpi": "'U30446'", "value": "3"},
            "odd_life_expectancy": {"value": "8.45::double"},
        },
        {
            "has_rows": "delete from staging.stg_kolada__value",
            "null_pct": "update staging.stg_kolada__value set value = null",
        },
    ),
    Case(
        "staging.stg_folkhalsodata__estimate",
        30,
        {
            **{"table_id": "'t'", "content_code": "'c' || i", "area_id": "'0020'"},
            **{"gender": "'K'", "year_start": "2018", "year_end": "2021"},
            **{"item_id": "'hlv_stress'", "read_at": READ_AT},
        },
        {
            "estimate_once": {},
            "read_at_present": {"read_at": "null::timestamp"},
            "period_short": {"year_start": "1921"},
        },
        {"item_known": "update staging.stg_folkhalsodata__estimate set item_id = null"},
    ),
]
