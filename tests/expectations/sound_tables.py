"""A sound table for each suite, and for each of its rules a row or a change that breaks it."""

from tests.expectations.sound_case import AREA, Case
from tests.expectations.sound_loaded import LOADED

_TESTED = {"ci_lower": "0.5::double", "ci_upper": "1.5::double", "p_value": "0.01::double"}
_REVERSED = {"ci_lower": "2.0::double", "ci_upper": "1.0::double", "difference": "null::double"}

CASES = [
    *LOADED,
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
            **{"indicator_id": "'N00925'", "area_id": AREA, "year_end": "2022"},
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
            **{"indicator_id": "'U01405'", "area_id": AREA, "year_end": "2022"},
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
            **{"item_id": "'lupp_sleep'", "area_id": AREA, "gender": "'T'", "answer": "'yes'"},
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
            **{"area_id": AREA, "n_answers": "50", "n_invited": "60"},
        },
        {
            "negative_n": {"n_answers": "-1"},
            "more_than_asked": {"n_answers": "61"},
        },
    ),
]
