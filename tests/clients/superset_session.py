"""What a person does first in Superset, in Superset's own process; prints what it got as JSON.

Run by `test_superset.py` with the interpreter of Superset's environment and its settings.
"""

import json
import sys

from flask import g
from superset.app import create_app

CHART = {
    "columns": ["year_end"],
    "metrics": [{"expressionType": "SQL", "sqlExpression": "max(value)", "label": "value"}],
    "filters": [
        {"col": "gender", "op": "==", "val": "T"},
        {"col": "area_id", "op": "==", "val": "2080"},
    ],
    "orderby": [["year_end", True]],
    "row_limit": 100,
}


def main(uri: str) -> dict:
    from superset import db, security_manager
    from superset.common.query_context_factory import QueryContextFactory
    from superset.connectors.sqla.models import SqlaTable
    from superset.models.core import Database

    g.user = security_manager.get_anonymous_user()
    database = Database(database_name="jamlik", sqlalchemy_uri=uri)
    db.session.add(database)
    db.session.commit()
    views = database.get_all_view_names_in_schema(catalog=None, schema="indicator")
    areas = database.get_df("select name from core.dim_area where is_focus order by name")
    dataset = SqlaTable(table_name="n00923", schema="indicator", database=database)
    db.session.add(dataset)
    db.session.flush()
    dataset.fetch_metadata()
    db.session.commit()
    context = QueryContextFactory().create(
        datasource={"id": dataset.id, "type": "table"},
        queries=[CHART],
        result_format="json",
        result_type="full",
        force=True,
    )
    (chart,) = context.get_payload()["queries"]
    return {
        "views": len(views),
        "areas": areas["name"].tolist(),
        "columns": [column.column_name for column in dataset.columns],
        "chart": chart["data"],
        "error": chart.get("error"),
    }


with create_app().app_context():
    print(json.dumps(main(sys.argv[1])))
