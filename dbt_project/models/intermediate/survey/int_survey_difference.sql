{#-
  Differences of shares and their standard errors: an area from its county, from Riket, and a
  round from the area's last one in the same words. No finite population correction: they are
  about conditions. Rounds are independent samples; a county contains its areas, hence the
  covariance. Riket is what a delivered table of shares says of the same year; that a few of its
  persons are the area's too is left out, which makes intervals somewhat too wide.
-#}
with

areas as (
    select
        domain_no,
        domain_no - area_no * {{ survey_place('area') }} as whole_no
    from {{ ref('int_survey_share') }}
    where area_no > 0
),

-- Each area's own last round: some municipalities ask every year, most every third.
earlier as (
    select
        share.domain_no,
        lag(share.domain_no) over (
            partition by
                series.series_no,
                share.domain_no - share.survey_no * {{ survey_place('survey') }}
            order by series.round
        ) as benchmark_domain_no
    from {{ ref('int_survey_share') }} as share
    inner join {{ ref('int_survey_series') }} as series
        on share.survey_no = series.survey_no and share.item_no = series.item_no
),

pairs as (
    select
        areas.domain_no,
        'county' as benchmark,
        areas.whole_no as benchmark_domain_no,
        covariance.covariance
    from areas
    inner join (
        {{ survey_covariance_with_whole('areas', ref('int_survey_part'),
            ref('int_survey_margin'), ref('int_survey_domain'), ref('int_survey_stratum')) }}
    ) as covariance on areas.domain_no = covariance.domain_no
    union all
    select
        domain_no,
        'previous_round' as benchmark,
        benchmark_domain_no,
        cast(0 as double) as covariance
    from earlier
    where benchmark_domain_no is not null
),

riket as (
    select
        version.survey,
        version.year_end as round,
        item.item_no,
        coalesce(category.category_no, 0) as gender_no,
        version.share_pct / 100 as estimate,
        version.n,
        (version.ci_upper_pct - version.ci_lower_pct) / (200 * {{ z_value(95) }}) as se
    from {{ ref('int_survey_version') }} as version
    inner join {{ ref('int_survey_item') }} as item on version.item_id = item.item_id
    left join {{ ref('int_survey_category') }} as category
        on category.dimension = 'gender' and version.gender = category.category
    where version.version = 'published' and version.area_id = '0000'
        and version.year_start = version.year_end
),

benchmarks as (
    select
        share.domain_no,
        'riket' as benchmark,
        riket.round as benchmark_round,
        riket.estimate as benchmark_share,
        riket.n as benchmark_n,
        cast(null as {{ dbt.type_bigint() }}) as benchmark_n_yes,
        riket.se as benchmark_se,
        cast(0 as double) as covariance
    from {{ ref('int_survey_share') }} as share
    inner join {{ ref('int_survey') }} as survey on share.survey_no = survey.survey_no
    inner join riket
        on survey.survey = riket.survey and survey.round = riket.round
        and share.item_no = riket.item_no and share.gender_no = riket.gender_no
    where survey.basis = 'home'
        {%- for name in survey_breakdowns() if name != 'gender' %}
        and share.{{ name }}_no = 0
        {%- endfor %}
    union all
    select
        pairs.domain_no,
        pairs.benchmark,
        survey.round as benchmark_round,
        benchmark.estimate as benchmark_share,
        benchmark.n as benchmark_n,
        benchmark.n_yes as benchmark_n_yes,
        benchmark.se_of_conditions as benchmark_se,
        pairs.covariance
    from pairs
    inner join {{ ref('int_survey_share') }} as benchmark
        on pairs.benchmark_domain_no = benchmark.domain_no
    inner join {{ ref('int_survey') }} as survey on benchmark.survey_no = survey.survey_no
)

select
    benchmarks.*,
    share.survey_no,
    share.item_no,
    share.area_no,
    {%- for name in survey_breakdowns() %}
    share.{{ name }}_no,
    {%- endfor %}
    share.n,
    share.estimate,
    share.estimate - benchmarks.benchmark_share as difference,
    {{ difference_se(
        'share.se_of_conditions', 'benchmarks.benchmark_se', 'benchmarks.covariance') }} as se,
    {{ survey_untestable('share', 'benchmarks') }} as verdict_reason
from benchmarks
inner join {{ ref('int_survey_share') }} as share on benchmarks.domain_no = share.domain_no
