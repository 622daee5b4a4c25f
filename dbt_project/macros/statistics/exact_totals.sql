{#-
  Sums of doubles that are the same to the last bit in every run.
  Belongs here: such sums per group. Doubles added by several threads differ in the last bit
  with the order, and a release's data diff would report changed values. So every term
  becomes a decimal in units of its group's largest, and decimals add up exactly: 28 places
  lose nothing that a double's 16 digits held, and leave room for 10^10 terms.
-#}

{#-
  One row per group: the keys and a total per term. relation: a name, or a query in
  brackets; keys: list of columns, none of them null; terms: dict of name and SQL
  expression. A null term counts as 0: leave its row out before, or count it.
-#}
{% macro exact_totals(relation, keys, terms) -%}
    select
        {{ keys | join(', ') }}
        {%- for name in terms %},
        cast(sum(cast(coalesce({{ name }} / nullif({{ name }}_max, 0), 0) as decimal(38, 28)))
            as double) * coalesce(max({{ name }}_max), 0) as {{ name }}
        {%- endfor %}
    from (
        select
            {{ keys | join(', ') }}
            {%- for name, term in terms.items() %},
            cast({{ term }} as double) as {{ name }},
            max(abs(cast({{ term }} as double))) over (partition by {{ keys | join(', ') }})
                as {{ name }}_max
            {%- endfor %}
        from {{ relation }} as summed
    ) as scaled
    group by {{ keys | join(', ') }}
{%- endmacro %}
