{#-
  The groups of every result set, as the measures' macro takes them. A set is a series (indicator,
  year, gender), a scope (0 Sweden, else a county's number) and a dimension:

  0 between municipalities, 1 between counties (Sweden only), 2 women and men (Sweden and each
  county), 3 to 5 along the socioeconomic position of municipalities (Sweden and the focus
  county: in other counties 5 to 20 ranked groups of each series would double all work).
-#}
{%- set columns -%}
    polarity,
    cast(case when scale = 100 then 0 end as double) as scale_min,
    cast(case when scale = 100 then 100 end as double) as scale_max,
    cast(null as double) as setting_average
{%- endset -%}
{%- set between = (
    ('0', '0', 'municipality'), ('county_no', '0', 'municipality'), ('0', '1', 'county')
) -%}
{%- for scope_no, dimension_no, area_type in between %}
select
    {{ inequality_set_id('series_no', scope_no, dimension_no) }} as set_id,
    area_no as group_no,
    value as estimate,
    se,
    population,
    cast(null as {{ dbt.type_int() }}) as group_order,
    false as is_reference,
    false as is_ordered,
    {{ columns }}
from {{ ref('int_inequality_value') }}
where area_type = '{{ area_type }}'
union all
{%- endfor %}
select
    {{ inequality_set_id(
        series_no('indicator_no', 'year_end', '0'), 'coalesce(county_no, 0)', '2'
    ) }} as set_id,
    gender_no as group_no,
    value as estimate,
    se,
    population,
    cast(null as {{ dbt.type_int() }}) as group_order,
    -- Men are the reference, so that the difference keeps its direction.
    gender_no = 2 as is_reference,
    false as is_ordered,
    {{ columns }}
from {{ ref('int_inequality_value') }}
where area_type <> 'municipality' and gender_no > 0
{%- for position in ('education', 'income', 'child_poverty') %}
{%- set dimension_no = 3 + loop.index0 %}
{%- for scope_no in ('0', 'v.county_no') %}
union all
select
    {{ inequality_set_id('v.series_no', scope_no, dimension_no) }} as set_id,
    v.area_no as group_no,
    v.value as estimate,
    v.se,
    v.population,
    place.group_order,
    false as is_reference,
    true as is_ordered,
    {{ columns }}
from {{ ref('int_inequality_value') }} as v
inner join {{ ref('int_position') }} as place
    on
        v.area_no = place.area_no
        and v.year_end = place.year_end
        and place.position_by = '{{ position }}'
where v.area_type = 'municipality'{{ ' and v.is_focus' if scope_no != '0' }}
{%- endfor %}
{%- endfor %}
