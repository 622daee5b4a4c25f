"""A sound table for each suite, and for each of its rules a row or a change that breaks it."""

from dataclasses import dataclass, field

import duckdb

READ_AT = "timestamp '2026-01-01'"


@dataclass(frozen=True)
class Case:
    """What a suite is tried on.

    Args:
        table: Schema and table.
        rows: How many sound rows.
        sound: SQL expression by column; `i` is the row's number.
        faults: By rule: what one more row has instead of the sound expressions.
        whole: By rule: a statement that breaks the whole table.
    """

    table: str
    rows: int
    sound: dict[str, str]
    faults: dict[str, dict[str, str]]
    whole: dict[str, str] = field(default_factory=dict)

    def build(self, con: duckdb.DuckDBPyConnection) -> None:
        con.execute(f"create schema if not exists {self.table.split('.')[0]}")
        con.execute(f"create table {self.table} as {self._select({}, f'range({self.rows}) r(i)')}")

    def plant(self, con: duckdb.DuckDBPyConnection) -> None:
        """One more row for each fault, beside the sound ones."""
        for number, (rule, changes) in enumerate(self.faults.items()):
            source = f"(select {self.rows + 100 + number}::bigint as i)"
            if rule in ("reading_once", "estimate_once", "rows_twice", "talks_twice"):
                source = "(select 0::bigint as i)"
            con.execute(f"insert into {self.table} {self._select(changes, source)}")

    def _select(self, changes: dict[str, str], source: str) -> str:
        columns = {**self.sound, **changes}
        return f"select {', '.join(f'{e} as {c}' for c, e in columns.items())} from {source}"


_AREA = "lpad((1000 + i)::varchar, 4, '0')"
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
_TESTED = {"ci_lower": "0.5::double", "ci_upper": "1.5::double", "p_value": "0.01::double"}
_REVERSED = {"ci_lower": "2.0::double", "ci_upper": "1.0::double", "difference": "null::double"}

CASES = [
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
        {"group_id": "'G1'", "member_id": _AREA, "member_title": "'Ort'", **_STAMP},
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
            **{"kpi": "'N00925'", "municipality": _AREA, "period": "2022", "gender": "'T'"},
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
    Case(
        "core.dim_indicator",
        30,
        {
            **{"indicator_id": "'N' || lpad(i::varchar, 5, '0')", "title": "'Titel, andel (%)'"},
            **{"attribution": "'Källa: Kolada'", "is_register": "true", "polarity": "1"},
            **{"first_year": "2010", "last_year": "2022", "value_kind": "'share'"},
            **{"unit": "'%'", "status": "'current'"},
        },
        {
            "title_present": {"title": "null::varchar"},
            "attribution_present": {"attribution": "null::varchar"},
            "register_has_polarity": {"polarity": "null::integer"},
            "years_in_order": {"first_year": "2023"},
            "shares_have_a_unit": {"unit": "null::varchar"},
            "register_is_current": {"status": "'withdrawn'"},
        },
        {"has_rows": "delete from core.dim_indicator"},
    ),
    Case(
        "core.dim_area",
        312,
        {
            **{"area_id": "lpad(i::varchar, 4, '0')", "name": "'Ort'"},
            "area_type": "case when i = 0 then 'country' when i < 22 then 'county' "
            "else 'municipality' end",
            **{"county_id": "if(i = 0, null, '0020')", "is_focus": "i > 300"},
        },
        {
            "area_id_form": {"area_id": "'20'", "area_type": "'county'"},
            "name_present": {"name": "null::varchar", "area_type": "'county'"},
        },
        {
            "one_country": "delete from core.dim_area where area_type = 'country'",
            "one_focus_region": "update core.dim_area set is_focus = false",
            "municipalities_complete": "delete from core.dim_area where area_id = '0300'",
        },
    ),
    Case(
        "equity.area_gap",
        30,
        {
            **{"indicator_id": "'N00925'", "area_id": _AREA, "year_end": "2022"},
            **{"gender": "'T'", "benchmark": "'riket'", "value": "11.0::double"},
            **{"benchmark_value": "10.0::double", "difference": "1.0::double", "rank": "1"},
            **{"n_areas": "15", "n_tied": "1", "q_value": "0.02::double", "verdict": "'worse'"},
            **{"verdict_reason": "null::varchar", **_TESTED},
        },
        {
            "wrong_difference": {"difference": "1.2::double"},
            "interval_reversed": _REVERSED,
            "outside_interval": {"ci_upper": "0.8::double"},
            "no_probability": {"q_value": "0.001::double"},
            "odd_rank": {"rank": "16"},
            "verdict_without_reason": {"verdict": "'not testable'"},
            "far_from_benchmark": {
                **{
                    "value": "99.0::double",
                    "benchmark_value": "0.0::double",
                    "difference": "199.0::double",
                },
                **{"ci_upper": "200.0::double"},
            },
        },
    ),
    Case(
        "equity.gender_gap",
        30,
        {
            **{"indicator_id": "'U01405'", "area_id": _AREA, "year_end": "2022"},
            **{"value_women": "11.0::double", "value_men": "10.0::double"},
            **{"difference": "1.0::double", "gap_size": "1.0::double", "q_value": "0.02::double"},
            **{"verdict": "'similar'", "verdict_reason": "null::varchar", **_TESTED},
        },
        {
            "wrong_difference": {"value_men": "10.5::double"},
            "wrong_size": {"gap_size": "-1.0::double"},
            "interval_reversed": {"ci_lower": "2.0::double", "ci_upper": "1.0::double"},
            "no_probability": {"p_value": "1.2::double"},
            "verdict_without_reason": {"verdict": "'not testable'"},
        },
        {"equal_pct": "update equity.gender_gap set difference = 0, value_men = 11, gap_size = 0"},
    ),
    Case(
        "equity.inequality",
        30,
        {
            **{"indicator_id": "'U01405'", "year_end": "2022", "gender": "'T'"},
            **{"scope": "'0000'", "dimension": "'county'", "measure": "'d'"},
            **{
                "estimate": "1.0::double",
                "se": "0.2::double",
                "ci_lower": "0.5::double",
                "ci_upper": "1.5::double",
            },
            **{"n_groups": "21", "reason": "null::varchar"},
        },
        {
            "negative_error": {"se": "-0.2::double"},
            "interval_reversed": {"ci_lower": "2.0::double"},
            "not_finite": {"estimate": "'inf'::double"},
            "nothing_without_reason": {"estimate": "null::double"},
            "few_groups": {"n_groups": "1"},
        },
    ),
    Case(
        "equity.trend",
        30,
        {
            **{"indicator_id": "'N' || i", "area_id": "'2080'", "gender": "'T'"},
            **{"subject": "'level'", "year_first": "2015", "year_last": "2022"},
            **{"n_points": "5", "slope": "0.1::double", "verdict": "'improving'"},
            "reason": "null::varchar",
        },
        {
            "years_reversed": {"year_first": "2023"},
            "nothing_without_reason": {"verdict": "'cannot be calculated'"},
            "too_few_points": {"n_points": "1"},
            "slope_not_finite": {"slope": "'nan'::double"},
        },
        {
            "nothing_calculated": "update equity.trend set verdict = 'cannot be calculated', "
            "reason = 'no interval'"
        },
    ),
    Case(
        "survey.estimate",
        30,
        {
            **{"source": "'lupp'", "round": "2024", "survey": "'gy'", "basis": "'home'"},
            **{"item_id": "'lupp_sleep'", "area_id": _AREA, "gender": "'T'", "answer": "'yes'"},
            **{"n": "50", "share_pct": "20.0::double", "ci_lower_pct": "15.0::double"},
            **{"ci_upper_pct": "25.0::double", "reason": "null::varchar"},
        },
        {
            "no_percentage": {"share_pct": "101.0::double", "ci_upper_pct": "102.0::double"},
            "outside_interval": {"share_pct": "26.0::double"},
            "negative_n": {"n": "-1"},
            "nothing_without_reason": {"share_pct": "null::double"},
        },
        {
            "certain_pct": "update survey.estimate set share_pct = 0, ci_lower_pct = 0",
        },
    ),
    Case(
        "survey.response",
        30,
        {
            **{"source": "'lupp'", "round": "2024", "survey": "'gy'", "basis": "'home'"},
            **{"area_id": _AREA, "n_answers": "50", "n_invited": "60"},
        },
        {
            "negative_n": {"n_answers": "-1"},
            "more_than_asked": {"n_answers": "61"},
        },
    ),
]
