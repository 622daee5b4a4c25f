{#-
  Many comparisons: Benjamini and Hochberg's q-values (1995, JRSS B 57:289).
  Belongs here: the correction, over any set of p-values. Does not: p-values (normal_tail.sql).
-#}

{#-
  All columns of a relation and `q_value`: the smallest false discovery rate at which the row
  counts as found. q = least of p·m / (number of p-values that are not larger), over the
  row's own and all larger p-values of its partition; m counts the p-values there. Null for
  a null p, which is not counted. Equal p-values get equal q-values whatever the order.

  partition: list of columns within which comparisons are made together.
-#}
{% macro with_q_values(relation, p, partition) -%}
    select
        *,
        case when {{ p }} is not null then
            min({{ p }} * q_tests / q_not_larger) over (
                partition by {{ partition | join(', ') }}, q_is_test
                order by {{ p }} desc
                range between unbounded preceding and current row
            )
        end as q_value
    from (
        select
            *,
            {{ p }} is not null as q_is_test,
            count({{ p }}) over (partition by {{ partition | join(', ') }}) as q_tests,
            case when {{ p }} is not null then
                count(*) over (
                    partition by {{ partition | join(', ') }}, {{ p }} is not null
                    order by {{ p }}
                    range between unbounded preceding and current row
                )
            end as q_not_larger
        from {{ relation }}
    ) as counted
{%- endmacro %}
