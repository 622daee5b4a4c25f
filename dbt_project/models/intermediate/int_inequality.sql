{#-
  Every measure of every result set; equity.inequality gives them names. Ordered sets leave out
  what does not look at the order: it stands beside dimension municipality already.
-#}
{%- set between = [
    'd', 'r', 'bgv', 'bgv_corrected', 'bgsd', 'cov', 'mdmu', 'mdmw', 'mdbu', 'mdbw', 'idisu',
    'idisw', 'ti', 'mld', 'par', 'paf'
] -%}
{%- set along = [
    'd', 'r', 'sii', 'rii', 'aci', 'rci', 'rci_wagstaff', 'rci_erreygers', 'par', 'paf'
] -%}
{%- for dimensions, measures in (('0, 1', between), ('2', ['d', 'r']), ('3, 4, 5', along)) %}
{%- set groups -%}
    (select * from {{ ref('int_inequality_group') }} where mod(set_id, 10) in ({{ dimensions }}))
{%- endset %}
select * from (
    {{ inequality_measures(groups, measures, z_value(95) | trim) }}
) as measured_{{ loop.index }}
{{ 'union all' if not loop.last }}
{%- endfor %}
