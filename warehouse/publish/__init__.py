"""Publishing: from the build file to a whole, checked release that readers can open.

What belongs here: contracts of the published tables, writing a release folder, checking
it, swapping the one link, keeping and rolling back releases. What does not: building the
tables (`dbt_project/`), checking their meaning (`expectations/`), drawing pages.
"""

from warehouse.publish.contract import ColumnContract, TableContract, contracts_from_manifest
from warehouse.publish.release import publish
from warehouse.publish.results import (
    Publication,
    PublicationCheck,
    PublicationError,
    ReleaseInfo,
    SiteBuilder,
    TableDiff,
)
from warehouse.publish.rollback import rollback

__all__ = [
    "ColumnContract",
    "Publication",
    "PublicationCheck",
    "PublicationError",
    "ReleaseInfo",
    "SiteBuilder",
    "TableContract",
    "TableDiff",
    "contracts_from_manifest",
    "publish",
    "rollback",
]
