with latest as (
    select *
    from {{ source('raw_folkhalsodata', 'estimate') }}
    qualify row_number() over (
        partition by table_id, content_code, area_id, gender, year_start, year_end
        order by read_at desc
    ) = 1
)

select
    latest.table_id,
    latest.content_code,
    latest.content_text,
    content_item.item_id,
    latest.area_id,
    latest.gender,
    latest.year_start,
    latest.year_end,
    latest.share,
    latest.ci_lower,
    latest.ci_upper,
    latest.n,
    latest.status,
    latest.read_at,
    {{ is_demonstration(of='folkhalsodata') }} as is_demonstration
from latest
left join {{ source('raw_folkhalsodata', 'content_item') }} as content_item
    on
        latest.table_id = content_item.table_id
        and latest.content_text = content_item.content_text
where not latest.isdeleted
