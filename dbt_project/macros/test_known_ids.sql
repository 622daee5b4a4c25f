{#- Each id is null or a row of its dimension; the arguments name the columns. -#}
{% test known_ids(model, indicators=[], areas=[], units=[], items=[]) %}
{%- set looked_up = [] -%}
{%- for column in indicators -%}
    {%- do looked_up.append((column, ref('dim_indicator'), 'indicator_id')) -%}
{%- endfor -%}
{%- for column in areas -%}
    {%- do looked_up.append((column, ref('dim_area'), 'area_id')) -%}
{%- endfor -%}
{%- for column in units -%}
    {%- do looked_up.append((column, ref('dim_unit'), 'unit_id')) -%}
{%- endfor -%}
{%- for column in items -%}
    {%- do looked_up.append((column, ref('dim_item'), 'item_id')) -%}
{%- endfor -%}
{%- for column, dimension, id in looked_up %}
select
    '{{ column }}' as column_name,
    ids.id as unknown_id,
    ids.n_rows
from (
    select
        {{ column }} as id,
        count(*) as n_rows
    from {{ model }}
    where {{ column }} is not null
    group by {{ column }}
) as ids
left join {{ dimension }} as dimension on ids.id = dimension.{{ id }}
where dimension.{{ id }} is null
{{ 'union all' if not loop.last }}
{%- endfor %}
{% endtest %}
