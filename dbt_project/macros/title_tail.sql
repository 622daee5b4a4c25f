{#-
  Unit and kind of value read from the end of a Kolada title, for KPIs outside the register.
  Belongs here: the rules, first match wins. Does not: register indicators, whose unit and
  kind are declared. What no rule knows is null, and counted by a data test.
-#}

{#- Text after the last comma, lower case, without "(-2023)" (a discontinued KPI) or a full stop.
    Null without a comma: the title then is all name. -#}
{% macro title_tail(title) -%}
    nullif(lower(trim(regexp_replace(
        regexp_extract({{ title }}, ',([^,]*)$', 1), '([(]- ?[0-9]{4}[)])? *[.]? *$', ''
    ))), '')
{%- endmacro %}

{% macro tail_value_kind(tail) -%}
    case
        when {{ tail }} like '%=0)' or {{ tail }} like '%= 0)' or {{ tail }} like '%=2)' then 'code'
        when {{ tail }} like '%median%' then 'median'
        when {{ tail }} like 'index%' then 'index'
        -- A difference of shares is none of the kinds.
        when {{ tail }} like 'procentenhet%' then null
        when {{ tail }} like '%(!%)%' escape '!' or {{ tail }} like 'andel%'
            or {{ tail }} in ('procent', '%') then 'share'
        when {{ tail }} in ('genomsnitt', 'medelvärde') then 'mean'
        -- Money per head is a mean of money, not a count of events.
        when {{ tail }} like 'kr/%' or {{ tail }} like '1000 kr/%' then 'mean'
        -- "antal dagar" is a sum in some titles and a mean in others.
        when {{ tail }} like 'antal dagar%' then null
        when {{ tail }} like 'antal%/%' then 'rate'
        when {{ tail }} like 'antal%' then 'count'
    end
{%- endmacro %}

{% macro tail_unit(tail) -%}
    case
        when {{ tail_value_kind(tail) }} = 'share' then '%'
        when {{ tail_value_kind(tail) }} = 'index' then 'index'
        when {{ tail_value_kind(tail) }} in ('rate', 'count') or {{ tail }} like 'kr/%'
            or {{ tail }} like '1000 kr/%' then {{ tail }}
        when {{ tail }} like 'antal dagar%' or {{ tail }} = 'dagar' then 'dagar'
        when {{ tail }} like 'procentenhet%' then 'procentenheter'
        when {{ tail }} in ('år', 'kr', 'tkr', 'mkr', 'timmar', 'minuter') then {{ tail }}
        -- Physical amounts, alone or per something: kg, meter/inv, mwh.
        when regexp_extract(
            {{ tail }}, '^(kg|gram|ton|liter|meter|kbm|kvm|hektar|mwh|kwh|mbit)(/| |$)', 1
        ) <> '' then {{ tail }}
    end
{%- endmacro %}
