{#-
  True in every row made from generated data; the one place that decides it. Kolada, the
  surveys and Folkhälsodata are generated or real independently of each other.
-#}
{% macro is_demonstration(of='kolada') -%}
    {%- if of == 'surveys' -%}
        {{ origin_is_demo('JAMLIK_SURVEY_ORIGIN', ['demo', 'delivered']) }}
    {%- elif of == 'folkhalsodata' -%}
        {{ origin_is_demo('JAMLIK_FOLKHALSODATA_ORIGIN', ['demo', 'replay', 'live', 'off']) }}
    {%- else -%}
        {{ origin_is_demo('JAMLIK_ORIGIN', ['demo', 'replay', 'live']) }}
    {%- endif -%}
{%- endmacro %}

{% macro origin_is_demo(variable, known) -%}
    {%- set origin = env_var(variable, 'demo') -%}
    {%- if origin not in known -%}
        {{ exceptions.raise_compiler_error(
            variable ~ " is '" ~ origin ~ "'; set it to one of " ~ known | join(', ') ~ '.') }}
    {%- endif -%}
    cast({{ 'true' if origin == 'demo' else 'false' }} as boolean)
{%- endmacro %}
