{#-
  The measures of inequality, and what each needs before its number or interval is shown.
  Belongs here: the list, the conditions and the sentences readers see. Does not: formulas.
-#}

{#-
  The measures. Columns: name | interval | gap | sets | needed for a number | and for its
  interval. Interval: normal, log, clamped (normal, cut at 0), own (its own columns), draws.
  Gap: how gap_size follows from the number. The words of the last two are in
  inequality_need.
-#}
{% macro inequality_catalogue(gated) -%}
    {%- set fixed = 'fixed' if gated else '' -%}
    {%- set ranked = 'ranked' if gated else '' -%}
    {%- set spread = 'clear' if gated else '' -%}
    {%- set chosen = 'chosen' if gated else '' -%}
    {%- set clear = 'clear unbiased' if gated else '' -%}
d | normal | same | any | present two pair | pair_se {{ fixed }}
r | log | ratio | any | present two pair ratio | pair_se {{ fixed }} log
sii | normal | signed | ordered | present three order people slope | se
rii | log | signed_ratio | ordered | present three order people slope p0 | se p1
aci | normal | signed | ordered | present three order people slope | se
rci | normal | signed | ordered | present three order people slope mean | se
rci_wagstaff | normal | signed | ordered | present three order people slope mean scale inside | se
rci_erreygers | normal | signed | ordered | present three order people slope scale inside | se
bgv | normal | size | any | present three people | se {{ clear }}
bgv_corrected | own | size | any | present three people se | se
bgsd | draws | size | any | present three people | se people {{ spread }} drawn
cov | draws | size | any | present three people mean | se people {{ spread }} drawn
mdmu | draws | size | any | present three average | se people {{ spread }} drawn
mdmw | draws | size | any | present three people | se people {{ spread }} drawn
mdbu | draws | size | any | present three polarity | se people {{ chosen }} {{ spread }} drawn
mdbw | draws | size | any | present three polarity people | se people {{ chosen }} {{ spread }} drawn
mdru | draws | size | reference | present three reference | se people {{ spread }} drawn
mdrw | draws | size | reference | present three reference people | se people {{ spread }} drawn
idisu | draws | size | any | present three average mean | se people {{ spread }} drawn
idisw | draws | size | any | present three people mean | se people {{ spread }} drawn
ti | normal | size | any | present three people positive | se {{ clear }}
mld | normal | size | any | present three people positive | se {{ clear }}
par | clamped | signed | any | present three polarity best average | people se {{ ranked }}
paf | clamped | signed | any | present three polarity best average mean | people se {{ ranked }}
{%- endmacro %}

{#- A condition of the catalogue, and the sentence of a row that does not meet it. -#}
{% macro inequality_need(word) -%}
    {%- set needs = {
        'present': ['(n_all - n_groups) * 100 <= n_all * 15',
            'more than 15 % of the groups have no value'],
        'two': ['n_groups >= 2', 'fewer than 2 groups have a value'],
        'three': ['n_groups >= 3', 'fewer than 3 groups have a value'],
        'pair': ['n_reference <= 1 and y_second is not null '
            ~ 'and (first_no <> second_no or y_min = y_max) '
            ~ 'and (ordered = 0 or n_order = n_groups)',
            'which two groups to compare is not declared (order, reference or polarity)'],
        'ratio': ['y2 > 0 and y1 >= 0', 'a ratio needs a positive divisor and no negative value'],
        'log': ['y1 > 0', 'no logarithm of a ratio of zero'],
        'order': ['n_order = n_groups', 'a group has no order'],
        'people': ['has_population', 'a group has no population'],
        'average': ['mean is not null', 'a group has no population and no average is given'],
        'mean': ['mean > 0', 'the mean is not positive'],
        'slope': ['sxx > 0', 'all of the population is at one rank'],
        'p0': ['p0 > 0', 'the predicted value of the lowest rank is not positive'],
        'p1': ['p1 > 0', 'the predicted value of the highest rank is not positive'],
        'scale': ['span > 0', 'no scale is declared'],
        'inside': ['y_min >= scale_min and y_max <= scale_max and part > 0 and part < 1',
            'a value lies outside the scale, or all at its end'],
        'positive': ['y_min > 0', 'a value is zero or negative'],
        'polarity': ['polarity <> 0', 'neither high nor low is better'],
        'best': ['ordered = 0 or n_order = n_groups', 'a group has no order'],
        'reference': ['n_reference = 1 and y_reference is not null',
            'not exactly one reference group with a value'],
        'pair_se': ['s_first >= 0 and s_second >= 0', 'a group has no standard error'],
        'se': ['n_se = n_groups', 'a group has no standard error'],
        'ranked': ['ordered = 1',
            'a group was selected as an extreme, no closed interval holds'],
        'fixed': ['ordered = 1 or (n_reference = 1 '
            ~ 'and (n_groups <= 4 or bgv_corrected >= 2 * mean_s2))',
            'a group was selected as an extreme, no closed interval holds'],
        'clear': ['bgv_corrected >= 5 * mean_s2', 'spread not distinguishable from noise'],
        'unbiased': ['noise <= 0.4 * se_bgv',
            'noise moves it by more than its interval allows, see bgv_corrected'],
        'chosen': ['1 = 0', 'the best group is selected, no interval holds'],
        'drawn': ['1 = 0', 'no closed interval, only draws'],
    } -%}
    when not coalesce({{ needs[word][0] }}, false) then '{{ needs[word][1] }}'
{%- endmacro %}
