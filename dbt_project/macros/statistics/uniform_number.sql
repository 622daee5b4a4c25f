{#-
  Random numbers that depend on their keys only: the same in every run and on every engine.
  Belongs here: mixing whole numbers. Does not: distributions.

  random() depends on threads, and each engine has another. Here keys are mixed by powers
  modulo p = 2^31 - 1: x -> x^5 permutes 0 .. p - 1, since 5 does not divide p - 1, and each
  product of two such numbers fits a bigint. Two rounds a key leave no visible pattern: a test
  looks at uniformity and at the correlation of neighbouring keys.
-#}

{#- Mixes a further key, a bigint of at least 0, into a state of 0 .. p - 1. -#}
{% macro mix(state, key) -%}
    {%- set whole = 'cast(' ~ state ~ ' as ' ~ dbt.type_bigint() ~ ')' -%}
    {{ fifth_power('((' ~ whole ~ ' * 48271 + ' ~ key ~ ' % 2147483647 + 12345) % 2147483647)') }}
{%- endmacro %}

{#- A number above 0 and below 1. -#}
{% macro uniform_number(state) -%}
    (({{ state }} + 0.5e0) / 2147483647e0)
{%- endmacro %}

{#- Written out, each product below 2^62; callers keep x short, it occurs five times. -#}
{% macro fifth_power(x) -%}
    {%- set square = '(' ~ x ~ ' * ' ~ x ~ ' % 2147483647)' -%}
    (({{ square }} * {{ square }} % 2147483647) * {{ x }} % 2147483647)
{%- endmacro %}
