{#-
  How the same pupils' answers changed from one grade to a later one, in the same words: sums
  per municipality and for the region (area 0), by gender and for all (T).
-#}
with

understood as (
    select
        cell.to_round as round,
        cell.from_grade,
        cell.to_grade,
        cast(cell.to_area_id as {{ dbt.type_int() }}) as area_no,
        cell.gender,
        item.item_no,
        before.is_yes as was_yes,
        after.is_yes,
        cell.n
    from {{ ref('int_elsa_path_cell') }} as cell
    inner join {{ ref('int_survey_item') }} as item on cell.item_id = item.item_id
    {%- for time, alias in [('from', 'before'), ('to', 'after')] %}
    inner join {{ ref('int_survey_option') }} as {{ alias }}
        on {{ alias }}.source = 'elsa' and cell.{{ time }}_round = {{ alias }}.round
        and item.item_no = {{ alias }}.item_no and cell.{{ time }}_code = {{ alias }}.code
    inner join {{ ref('stg_elsa__codebook_item') }} as words_{{ alias }}
        on cell.{{ time }}_round = words_{{ alias }}.round
        and cell.item_id = words_{{ alias }}.item_id
    {%- endfor %}
    where words_before.instrument = words_after.instrument
        and words_before.wording = words_after.wording
),

of_region as (
    select distinct round
    from {{ ref('int_survey') }}
    where source = 'elsa' and is_of_region
)

{%- for area in ['area_no', '0'] %}
{%- for gender in ['gender', "'T'"] %}
select
    understood.round,
    understood.from_grade,
    understood.to_grade,
    {{ area }} as area_no,
    {{ gender }} as gender,
    understood.item_no,
    cast(sum(understood.n * understood.was_yes * understood.is_yes) as {{ dbt.type_bigint() }})
        as n_both,
    cast(sum(understood.n * understood.was_yes * (1 - understood.is_yes))
        as {{ dbt.type_bigint() }}) as n_first,
    cast(sum(understood.n * (1 - understood.was_yes) * understood.is_yes)
        as {{ dbt.type_bigint() }}) as n_second,
    cast(sum(understood.n * (1 - understood.was_yes) * (1 - understood.is_yes))
        as {{ dbt.type_bigint() }}) as n_neither
from understood
{%- if area == '0' %}
inner join of_region on understood.round = of_region.round
{%- endif %}
{%- if gender == 'gender' %}
where understood.gender is not null
{%- endif %}
group by
    understood.round, understood.from_grade, understood.to_grade, understood.item_no
    {{- ', understood.area_no' if area == 'area_no' }}{{ ', understood.gender' if gender == 'gender' }}
{{ 'union all' if not loop.last }}
{%- endfor %}
{{ 'union all' if not loop.last }}
{%- endfor %}
