{#- True in every row of a build from generated data; the one place that decides it. -#}
{% macro is_demonstration() -%}
    {%- set origin = env_var('JAMLIK_ORIGIN', 'demo') -%}
    {%- if origin not in ('demo', 'replay', 'live') -%}
        {{ exceptions.raise_compiler_error(
            "JAMLIK_ORIGIN is '" ~ origin ~ "'; set it to demo, replay or live.") }}
    {%- endif -%}
    cast({{ 'true' if origin == 'demo' else 'false' }} as boolean)
{%- endmacro %}
