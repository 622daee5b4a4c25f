{#-
  What became of those who were seen in a grade: per municipality, and for the region (area 0),
  by gender and for all (T). round: the year in which the later talk was due.
-#}
with

path as {{ once() }} (
    select
        due_round as round,
        from_grade,
        to_grade,
        from_area_id,
        to_area_id,
        gender,
        cast(count(*) as {{ dbt.type_bigint() }}) as n_due,
        {{ count_where('to_round <= due_round') }} as n_in_time,
        {{ count_where('to_round > due_round') }} as n_late,
        {{ count_where('to_round is null') }} as n_missing,
        {{ count_where('to_area_id <> from_area_id') }} as n_moved
    from {{ ref('int_elsa_pupil_path') }}
    group by due_round, from_grade, to_grade, from_area_id, to_area_id, gender
),

{#- Those who came count where they came to, all else where the pupil was before. #}
sides as (
    select
        *,
        from_area_id as area_id,
        n_moved as n_moved_out,
        0 as n_moved_in
    from path
    union all
    select
        round,
        from_grade,
        to_grade,
        from_area_id,
        to_area_id,
        gender,
        0 as n_due,
        0 as n_in_time,
        0 as n_late,
        0 as n_missing,
        n_moved,
        to_area_id as area_id,
        0 as n_moved_out,
        n_moved as n_moved_in
    from path
    where n_moved > 0
)

{%- for area in ['cast(area_id as ' ~ dbt.type_int() ~ ')', '0'] %}
{%- for gender in ['gender', "'T'"] %}
select
    round,
    from_grade,
    to_grade,
    {{ area }} as area_no,
    {{ gender }} as gender
    {%- for name in ['due', 'in_time', 'late', 'missing', 'moved_out', 'moved_in'] %},
    cast(sum(n_{{ name }}) as {{ dbt.type_bigint() }}) as n_{{ name }}
    {%- endfor %}
from sides
{%- if gender == 'gender' %}
where gender is not null
{%- endif %}
group by round, from_grade, to_grade
    {{- ', area_id' if area != '0' }}{{ ', gender' if gender == 'gender' }}
{{ 'union all' if not loop.last }}
{%- endfor %}
{{ 'union all' if not loop.last }}
{%- endfor %}
