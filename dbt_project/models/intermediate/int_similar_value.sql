select
    focus.indicator_id,
    focus.area_id,
    focus.year_end,
    focus.gender,
    {{ exact_mean('peer.value') }} as mean_value,
    count(*) as n_with_value,
    count(case when peer.value * focus.polarity > focus.value * focus.polarity then 1 end) + 1
        as similar_rank,
    count(case when peer.value = focus.value then 1 end) + 1 as n_tied
from {{ ref('int_comparable_value') }} as focus
inner join {{ ref('int_similar_area') }} as similar_area
    on focus.area_id = similar_area.area_id and focus.year_end = similar_area.year_end
inner join {{ ref('int_comparable_value') }} as peer
    on
        similar_area.similar_area_id = peer.area_id
        and focus.indicator_id = peer.indicator_id
        and focus.year_end = peer.year_end
        and focus.gender = peer.gender
group by focus.indicator_id, focus.area_id, focus.year_end, focus.gender
