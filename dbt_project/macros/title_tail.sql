{#-
  Unit and kind of value read from the end of a Kolada title, for KPIs outside the register.
  Belongs here: the rules, first match wins. Does not: register indicators, whose unit and
  kind are declared. What no rule knows is null, and counted by a data test.
-#}

{#- Text after the last comma, without "(-2023)" (a discontinued KPI) or a full stop.
    Null without a comma: the title then is all name. -#}
{% macro title_tail(title) -%}
    nullif(trim(regexp_replace(
        regexp_extract({{ title }}, ',([^,]*)$', 1), '([(]- ?[0-9]{4}[)])? *[.]? *$', ''
    )), '')
{%- endmacro %}

{% macro tail_value_kind(tail) -%}
    {%- set low = 'lower(' ~ tail ~ ')' %}
    case
        when {{ low }} like '%=0)' or {{ low }} like '%= 0)' or {{ low }} like '%=2)' then 'code'
        when {{ low }} like '%median%' then 'median'
        when {{ low }} like 'index%' then 'index'
        -- A difference of shares is none of the kinds.
        when {{ low }} like 'procentenhet%' then null
        when {{ low }} like '%(!%)%' escape '!' or {{ low }} like 'andel%'
            or {{ low }} in ('procent', '%') then 'share'
        when {{ low }} like 'genomsnitt%' or {{ low }} like 'medelvärde%' then 'mean'
        -- Money per head is a mean of money, not a count of events.
        when {{ low }} like 'kr/%' or {{ low }} like '1000 kr/%' then 'mean'
        -- "antal dagar" is a sum in some titles and a mean in others.
        when {{ low }} like 'antal dagar%' then null
        when {{ low }} like 'antal%/%' then 'rate'
        when {{ low }} like 'antal%' then 'count'
    end
{%- endmacro %}

{% macro tail_unit(tail) -%}
    {%- set low = 'lower(' ~ tail ~ ')' %}
    case
        when {{ tail_value_kind(tail) }} = 'share' then '%'
        when {{ tail_value_kind(tail) }} = 'index' then 'index'
        when {{ tail_value_kind(tail) }} in ('rate', 'count') or {{ low }} like 'kr/%'
            or {{ low }} like '1000 kr/%' then {{ tail }}
        when {{ low }} like 'antal dagar%' or {{ low }} = 'dagar' then 'dagar'
        when {{ low }} like 'procentenhet%' then 'procentenheter'
        when {{ low }} in ('år', 'kr', 'tkr', 'mkr', 'miljoner kronor', 'timmar', 'minuter')
            then {{ tail }}
        -- Physical amounts, alone or per something: kg, meter/inv, mwh.
        when regexp_extract(
            {{ low }}, '^(kg|gram|ton|liter|meter|kbm|kvm|hektar|mwh|kwh|mbit)(/| |$)', 1
        ) <> '' then {{ tail }}
    end
{%- endmacro %}
