{#-
  Quantile groups: areas in q groups from worst to best.
  Belongs here: the grouping. Does not: what the groups are used for.
-#}

{#-
  floor((r - 1) q / n) + 1, with r the least rank among equal values and n the values that
  are there; 1 is the worst. Null for a null value and where n < q. keys: list of columns
  within which areas are grouped; worst_is_high: SQL boolean, the same for a whole group.
-#}
{% macro quantile_group(value, quantiles, keys, worst_is_high) -%}
    {%- set by = keys | join(', ') -%}
    case
        when {{ value }} is not null
            and count({{ value }}) over (partition by {{ by }}) >= {{ quantiles }}
            then cast(floor(
                cast((
                    rank() over (
                        partition by {{ by }}, {{ value }} is null
                        order by
                            case when {{ worst_is_high }} then -{{ value }} else {{ value }} end
                    ) - 1
                ) * {{ quantiles }} as double)
                / count({{ value }}) over (partition by {{ by }})
            ) as {{ dbt.type_int() }}) + 1
    end
{%- endmacro %}
