{#-
  Differences between an area's share and a benchmark's, with standard errors.

  A benchmark that contains the area (Riket, its county) is split into the area and the rest,
  which are independent: value less benchmark = (1 - w)(area - rest), w = n_area / n_benchmark.
  That is the test with the benchmark's own error and its covariance with the area. The best
  county is chosen by its value, so a difference from it is somewhat overstated.
-#}
with

focus as (
    select
        share.*,
        area.county_no,
        area.area_type
    from {{ ref('int_share') }} as share
    inner join {{ ref('int_area') }} as area on share.area_no = area.area_no
    where area.area_type <> 'country'
),

compared as (
    select
        focus.*,
        'riket' as benchmark,
        true as is_part,
        {{ cell_no('focus.series_no', '0') }} as benchmark_cell_no
    from focus
    union all
    select
        focus.*,
        'county' as benchmark,
        true as is_part,
        {{ cell_no('focus.series_no', 'focus.county_no') }} as benchmark_cell_no
    from focus
    where focus.area_type = 'municipality'
    union all
    select
        focus.*,
        'best_county' as benchmark,
        coalesce(best.county_no = focus.county_no, false) as is_part,
        best.cell_no as benchmark_cell_no
    from focus
    inner join {{ ref('int_best_county') }} as best on focus.series_no = best.series_no
    where best.county_no <> focus.area_no
),

other_sides as (
    select
        compared.*,
        case when compared.is_part then compared.n * 1.0 / whole.n else 0 end as w,
        case when compared.is_part then whole.n - compared.n else whole.n end as other_n,
        case when compared.is_part then whole.x - compared.x else whole.x end as other_x
    from compared
    inner join {{ ref('int_share') }} as whole on compared.benchmark_cell_no = whole.cell_no
),

one_sided as (
    select
        cell_no,
        benchmark,
        scale * (1 - w)
        * ({{ adjusted_share('x', 'n', 2) }} - {{ adjusted_share('other_x', 'other_n', 2) }})
            as difference,
        scale * (1 - w) * sqrt(
            {{ adjusted_share_variance('x', 'n', 2) }}
            + {{ adjusted_share_variance('other_x', 'other_n', 2) }}
        ) as se
    from other_sides
    -- Not where the area is all of its county, nor where rounded sums contradict each other.
    where other_n > 0 and other_x between 0 and other_n
),

similar_sizes as (
    select
        similar_value.cell_no,
        similar_value.n_with_value,
        focus.series_no,
        focus.area_no,
        focus.year_end,
        focus.x,
        focus.n,
        focus.scale
    from {{ ref('int_similar_value') }} as similar_value
    inner join focus on similar_value.cell_no = focus.cell_no
    where similar_value.n_with_value >= {{ min_similar() }}
),

peers as (
    select
        one.cell_no,
        one.x,
        one.n,
        one.scale,
        one.n_with_value,
        {{ adjusted_share('peer.x', 'peer.n', '(one.n_with_value + 1)') }} as share,
        {{ adjusted_share_variance('peer.x', 'peer.n', '(one.n_with_value + 1)') }} as variance
    from similar_sizes as one
    inner join {{ ref('int_similar_area') }} as similar_area
        on one.area_no = similar_area.area_no and one.year_end = similar_area.year_end
    inner join {{ ref('int_share') }} as peer
        on {{ cell_no('one.series_no', 'similar_area.similar_area_no') }} = peer.cell_no
),

among_similar as (
    select
        cell_no,
        x,
        n,
        scale,
        n_with_value,
        cast(sum(cast(share as decimal(38, 18))) as double) / n_with_value as mean_share,
        cast(sum(cast(variance as decimal(38, 18))) as double) / (n_with_value * n_with_value)
            as mean_variance
    from peers
    group by cell_no, x, n, scale, n_with_value
    having count(*) = n_with_value
)

select
    cell_no,
    benchmark,
    difference,
    se
from one_sided
union all
select
    cell_no,
    'similar' as benchmark,
    scale * ({{ adjusted_share('x', 'n', '(n_with_value + 1)') }} - mean_share) as difference,
    scale * sqrt({{ adjusted_share_variance('x', 'n', '(n_with_value + 1)') }} + mean_variance)
        as se
from among_similar
