{#-
  Change of a share between two measurements of the same people.
  Belongs here: Newcombe's interval of the difference of paired shares. Does not: who is paired.

  Method 10 of Newcombe 1998 (Statistics in Medicine 17:2635): Wilson's limits of both shares,
  combined with their correlation phi, which is taken nearer to 0 by n/2 where it is positive.
  It is made for small n and shares near 0 and 1, where the usual interval is too narrow.
-#}

{#-
  All columns of a relation with n_both, n_first, n_second, n_neither (yes at both, at the first
  only, at the second only, at neither), and change (second less first), ci_lower, ci_upper.
  Limits are null where nobody is in any.
-#}
{% macro paired_change(relation, z) -%}
    select
        *,
        change - sqrt(greatest(
            power(p2 - lower2, 2) - 2 * phi * (p2 - lower2) * (upper1 - p1)
            + power(upper1 - p1, 2), 0e0)) as ci_lower,
        change + sqrt(greatest(
            power(p1 - lower1, 2) - 2 * phi * (p1 - lower1) * (upper2 - p2)
            + power(upper2 - p2, 2), 0e0)) as ci_upper
    from (
        select
            *,
            (n_second - n_first) / n as change,
            yes1 / n as p1,
            yes2 / n as p2,
            {%- for time in [1, 2] %}
            {{ wilson_lower('yes' ~ time, 'n', z) }} as lower{{ time }},
            {{ wilson_upper('yes' ~ time, 'n', z) }} as upper{{ time }},
            {%- endfor %}
            case
                when yes1 = 0 or yes2 = 0 or yes1 = n or yes2 = n then 0e0
                else {{ paired_product() }}
                    / sqrt(yes1 * (n - yes1) * yes2 * (n - yes2))
            end as phi
        from (
            select
                *,
                nullif(cast(n_both + n_first + n_second + n_neither as double), 0e0) as n,
                cast(n_both + n_first as double) as yes1,
                cast(n_both + n_second as double) as yes2,
                cast(n_both as double) * n_neither
                    - cast(n_first as double) * n_second as product
            from {{ relation }} as tables_of_four
        ) as summed
    ) as limited
{%- endmacro %}

{#- The cross product, less n/2 but not below 0 where it is positive. -#}
{% macro paired_product() -%}
    case when product > 0 then greatest(product - n / 2, 0e0) else product end
{%- endmacro %}
