{#-
  An interval for the true variance between groups, bgv_corrected.
  Belongs here: the interval. Does not: the estimate (inequality_values.sql).

  Observed groups vary more than true ones: for a true variance t, bgv has the mean
  M = t + noise and about the variance V = 4 c t + v, with c = sum w2 s2 d2 / bgv and v twice
  the last bracket of bgv's standard error. A gamma distribution with these moments comes
  close to that of bgv, and the cube root of it close to normal (Wilson and Hilferty 1931):
  (bgv / M)^(1/3) has mean 1 - g and variance g = V / (9 M2). The limits are those t, at least
  0, for which the observed bgv lies z away from that mean.

  Percentiles of draws around the estimates would not do: draws add the noise a second time,
  and without any inequality they never held 0 in 400 simulations of 21 groups. These limits
  held in 94 to 98 % of 2 000, at every spread (docs/statistics.md).
-#}

{#- All in units of the noise: u is the cube root of M, q3 that of bgv, V = a M + b. -#}
{% macro inequality_variance_interval(values, z) %}
    {#- Of 400 000 random sets 6 steps brought all to 1e-9 of the standard error, at 95 %. -#}
    {%- set steps = 8 %}
    select
        set_id,
        case when noise > 0 then noise * (low_u * low_u * low_u - 1) else bgv end as ci_lower,
        case when noise > 0 then noise * (high_u * high_u * high_u - 1) else bgv end as ci_upper
    from (
        {%- for _ in range(steps) %}
        select
            set_id, bgv, noise, q3, a, b,
            {{ inequality_newton('low', z) }} as low_u,
            {{ inequality_newton('high', '-' ~ z) }} as high_u
        from (
            select
                *,
                sqrt({{ at_least_zero('a * low_u * low_u * low_u + b') }}) / 3 / (low_u * low_u * low_u) as low_s,
                sqrt({{ at_least_zero('a * high_u * high_u * high_u + b') }}) / 3
                    / (high_u * high_u * high_u) as high_s
            from (
        {%- endfor %}
        select
            *,
            case when q3 > 1 then q3 else 1 end as low_u,
            case when q3 > 1 then q3 else 1 end as high_u
        from (
            select
                set_id,
                bgv,
                noise,
                power(bgv / nullif(noise, 0), 1e0 / 3) as q3,
                4 * c / nullif(noise, 0) as a,
                (v - 4 * c * noise) / nullif(noise * noise, 0) as b
            from (
                select
                    *,
                    coalesce(v_wd / nullif(bgv, 0), v_w) as c,
                    2 * {{ at_least_zero('v_w * v_w + v_ww') }} as v
                from {{ values }}
                where n_se = n_groups and n_groups >= 3 and has_population
            ) as known
        ) as in_units_of_noise
        {%- for n in range(steps) %}
            ) as from_{{ n }}
        ) as step_{{ n }}
        {%- endfor %}
    ) as done
{%- endmacro %}

{#- One step of Newton's method for u (1 - g + z sqrt(g)) = q3, s = sqrt(g), never below M = 1. -#}
{% macro inequality_newton(side, z) -%}
    {%- set u, s = side ~ '_u', side ~ '_s' -%}
    {%- set m = '(' ~ u ~ ' * ' ~ u ~ ' * ' ~ u ~ ')' -%}
    {%- set k = '(1 - ' ~ s ~ ' * ' ~ s ~ ' + (' ~ z ~ ') * ' ~ s ~ ')' -%}
    {%- set slope = '(' ~ k ~ ' + (a * ' ~ m ~ ' + 2 * b) / (3 * ' ~ m ~ ' * ' ~ m
        ~ ') * (1 - (' ~ z ~ ') / (2 * nullif(' ~ s ~ ', 0))))' -%}
    {%- set next = u ~ ' - (' ~ u ~ ' * ' ~ k ~ ' - q3) / case when ' ~ slope
        ~ ' < 0.05 then 0.05 else ' ~ slope ~ ' end' -%}
    case when {{ next }} > 1 then {{ next }} else 1 end
{%- endmacro %}
