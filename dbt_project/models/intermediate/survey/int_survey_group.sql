{#-
  Groups along education and income, for each item, area and gender: what the measures of
  inequality are made from. The smallest category number is the most disadvantaged. A group too small for a
  test (macro survey_untestable) has no standard error, so that its set gets no interval.
-#}
{%- for dimension in ['education', 'income'] %}
select
    (share.domain_no - share.{{ dimension }}_no * {{ survey_place(dimension) }}) * 2
        + {{ loop.index0 }} as set_id,
    cast(share.{{ dimension }}_no as {{ dbt.type_bigint() }}) as group_no,
    cast('{{ dimension }}' as {{ dbt.type_string() }}) as dimension,
    share.estimate,
    case
        when share.n >= 30 and share.n_yes >= 5 and share.n - share.n_yes >= 5
            then share.se_of_conditions
    end as se,
    share.w as population,
    share.{{ dimension }}_no as group_order,
    cast(false as boolean) as is_reference,
    item.polarity,
    cast(0 as double) as scale_min,
    cast(1 as double) as scale_max,
    cast(true as boolean) as is_ordered,
    cast(null as double) as setting_average,
    share.n
from {{ ref('int_survey_share') }} as share
inner join {{ ref('int_survey_item') }} as item on share.item_no = item.item_no
where share.{{ dimension }}_no > 0
    {%- for other in survey_breakdowns() if other not in ['gender', dimension] %}
    and share.{{ other }}_no = 0
    {%- endfor %}
{{ 'union all' if not loop.last }}
{%- endfor %}
