{#- Rows of a table of targets that hold only a part of one. -#}
{% test whole_target(model) %}
    select *
    from {{ model }}
    where
        (target_value is null) <> (target_year is null)
        or (target_value is null) <> (source is null)
{% endtest %}
