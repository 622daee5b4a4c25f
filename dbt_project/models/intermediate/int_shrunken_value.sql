{#- Towards the mean of all municipalities: of 15 alone the spread is estimated as 0 too often. -#}
with

municipalities as (
    select
        share.cell_no,
        share.series_no,
        share.value,
        share.se
    from {{ ref('int_share') }} as share
    inner join {{ ref('int_area') }} as area on share.area_no = area.area_no
    where area.area_type = 'municipality'
),

prior as (
    {{ empirical_bayes_prior('municipalities', 'value', 'se', ['series_no']) }}
)

select
    municipalities.cell_no,
    {{ shrunken_value(
        'municipalities.value', 'municipalities.se', 'prior.prior_mean', 'prior.between_variance'
    ) }} as shrunken_value
from municipalities
inner join prior on municipalities.series_no = prior.series_no
where municipalities.se > 0 and prior.between_variance is not null
