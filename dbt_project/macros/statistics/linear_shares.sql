{#-
  Sums and differences of independent shares (Price and Bonett 2004, CSDA 45:449; for two
  shares the same as Agresti and Caffo 2000, Am Stat 54:280).
  Belongs here: the adjusted share and its variance. Does not: which shares are compared.

  2/k persons with and 2/k without are added to each of k shares. The interval
  `sum c p ± z sqrt(sum c² v)` and the test at 0 then come from the same numbers, so that a
  verdict never contradicts its interval, and shares of 0 and 1 need no rule of their own.
-#}

{% macro adjusted_share(x, n, k) -%}
    ((cast({{ x }} as double) + 2.0 / {{ k }}) / ({{ n }} + 4.0 / {{ k }}))
{%- endmacro %}

{% macro adjusted_share_variance(x, n, k) -%}
    (
        (cast({{ x }} as double) + 2.0 / {{ k }})
        * ({{ n }} - cast({{ x }} as double) + 2.0 / {{ k }})
        / power({{ n }} + 4.0 / {{ k }}, 3)
    )
{%- endmacro %}
