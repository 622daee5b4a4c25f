"""English texts.

What belongs here: every English string of the site, by key. What does not: names of areas and
indicators, which are data and stay Swedish.
"""

TEXTS = {
    "language": "English",
    "and": "and",
    "site": "Equity in health in {region}",
    "skip": "Skip to the content",
    "nav": "Parts of the site",
    "nav.start": "Overview",
    "nav.indicators": "Indicators",
    "nav.changes": "What changed",
    "nav.data": "About the data",
    "other_language": "På svenska",
    "demo": "Demonstration data. All values on this page are generated and describe nothing real.",
    "footer": "Release {release}, made {created}.",
    "files": "The same figures as a file:",
    "file.xlsx": "Excel",
    "file.json": "JSON",
    "file.pdf": "PDF",
    "source.raw": "Source: {source} (Källa: {source}).",
    "source.computed": (
        "Own processing of data from {source} (Egen bearbetning av data från {source})."
    ),
    "source.figure": (
        "Source: {source} (Källa: {source}). Similar municipalities, uncertainty and verdict: own "
        "processing of data from {source} (egen bearbetning av data från {source})."
    ),
    "signs": "Signs",
    "sign.missing": "not available from the source",
    "sign.withheld": "withheld by the source (secrecy or loss)",
    "sign.not_applicable": "cannot occur",
    # Benchmarks and genders
    "riket": "Sweden",
    "county": "County",
    "similar": "Similar",
    "long.riket": "Sweden",
    "long.county": "the county",
    "long.similar": "similar municipalities",
    "women": "Women",
    "men": "Men",
    "total": "Total",
    "year": "Year",
    "gender": "Gender",
    "value": "Value",
    "unit": "Unit",
    "interval": "95% uncertainty",
    # Verdicts
    "verdict.better": "better",
    "verdict.worse": "worse",
    "verdict.higher": "higher",
    "verdict.lower": "lower",
    "verdict.similar": "not distinguishable",
    "verdict.not_testable": "not testable",
    "verdict.women_worse": "women are worse off",
    "verdict.men_worse": "men are worse off",
    "verdict.women_higher": "higher among women",
    "verdict.men_higher": "higher among men",
    "against.better": "Better than {benchmark}",
    "against.worse": "Worse than {benchmark}",
    "against.higher": "Higher than {benchmark}",
    "against.lower": "Lower than {benchmark}",
    "against.similar": "Not distinguishable from {benchmark}",
    "against.uncorrected": (
        "Not distinguishable from {benchmark} once the many comparisons are taken into account"
    ),
    "against.not_testable": "The difference from {benchmark} cannot be tested",
    "gender.women_worse": "Women are worse off than men",
    "gender.men_worse": "Men are worse off than women",
    "gender.women_higher": "Higher among women than among men",
    "gender.men_higher": "Higher among men than among women",
    "gender.similar": "Women and men are not distinguishable",
    "gender.uncorrected": (
        "Women and men are not distinguishable once the many comparisons are taken into account"
    ),
    "gender.not_testable": "The difference between women and men cannot be tested",
    "gender.values": "Women {women}, men {men} ({year}).",
    "gender.none": "Not given for women and men.",
    "trend.improving": "Development {years}: improving",
    "trend.worsening": "Development {years}: worsening",
    "trend.increasing": "Development {years}: increasing",
    "trend.decreasing": "Development {years}: decreasing",
    "trend.no significant change": "Development {years}: no certain change",
    "trend.cannot be calculated": "The development cannot be calculated",
    "gap.closing": "The difference from Sweden is closing ({years})",
    "gap.widening": "The difference from Sweden is widening ({years})",
    "gap.no significant change": "The difference from Sweden: no certain change ({years})",
    # Reasons of the marts
    "reason.survey: Kolada does not give the number of answers": "survey; the number of answers is not known",
    "reason.Kolada does not give the size of the population": "the size of the population is not known",
    "reason.mean over several years": "mean over several years",
    "reason.not single persons counted once in one population": "does not count single persons once each",
    "reason.not a share of counted persons": "not a share of counted persons",
    "reason.county has no value": "the county has no value",
    "reason.riket has no value": "Sweden has no value",
    "reason.fewer than 4 of the 7 similar areas have a value": "fewer than 4 of 7 similar municipalities have a value",
    "reason.the size of a population is not known, or the benchmark is the area itself": "the size of the population is not known",
    "reason.the size of a population, or the benchmark, is not known": "the size of the population, or the benchmark, is not known",
    "reason.count of 0 or equal to denominator": "the count is 0 or equals the denominator",
    "reason.neither high nor low is better": "neither high nor low is better",
    # Start page
    "start.lead": (
        "How do health and its conditions differ between the {n} municipalities of {region}, Sweden, "
        "and municipalities like them? Only what can be shown is said: a difference counts when it "
        "is larger than chance, also after correction for the many comparisons made."
    ),
    "start.tiles": "The municipalities against Sweden",
    "start.tiles_about": (
        "Number of indicators of the programme {programme}, latest value. Many cannot be tested, "
        "most often since the source does not say how many persons are behind them. That an indicator cannot be "
        "tested means neither that things are well nor that they are not."
    ),
    "start.table": "All programmes",
    "start.indicators": "Indicators by target area",
    "search": "Search municipality or indicator",
    "search.none": "No name contains what you wrote.",
    "search.found": "{count} found",
    "municipality": "Municipality",
    "municipalities": "Municipalities",
    "indicator": "Indicator",
    "programme": "Programme",
    "n.indicators": "Indicators",
    "n.better": "Better",
    "n.worse": "Worse",
    "n.similar": "Not distinguishable",
    "n.not_testable": "Not testable",
    "n.expected": "Expected by chance",
    "n.differ": "Differ at 95%",
    "n.closing": "Closing",
    "n.widening": "Widening",
    "expected_about": (
        "Expected by chance: so many of the tested indicators would differ at the 95% level, before "
        "correction, if no municipality differed from Sweden."
    ),
    # Municipality page
    "area.title": "{name}: equity in health, municipality sheet",
    "area.summary": "Summary",
    "area.overview": "Counts by programme, against Sweden",
    "area.contents": "Target areas",
    "area.no_values": "No values for {name} in this target area.",
    "area.without_value": "Without a value for {name}:",
    "area.about_charts": (
        "The charts show the latest {n} years in which the indicator was measured. The scale is the "
        "same for all municipalities of the region, so that sheets can be laid side by side. Shaded: "
        "95% uncertainty, where it can be calculated. A line breaks where years are missing and "
        "where a new series starts (vertical stroke)."
    ),
    "latest": "Latest value",
    "numbers": "Figures",
    "better.high": "Higher is better",
    "better.low": "Lower is better",
    "better.neither": "Neither high nor low is better",
    "withdrawn": "The source no longer publishes this indicator.",
    "alt": "{title}, {area}, {first}–{last}. {values}.",
    "alt.value": "{name} {value} ({year})",
    "alt.one": "{title}, {area}, {last}. {values}.",
    "alt.none": "{title}, {area}: no values.",
    "new_series": "new series {year}",
    # Statements
    "s.nothing": "There are no values to judge.",
    "s.none_testable": (
        "{n} indicators have a value and a better side. None of them can be tested against Sweden; "
        "the reason stands with each. So nothing is said of differences."
    ),
    "s.none_testable.1": (
        "One indicator has a value and a better side. It cannot be tested against Sweden; the "
        "reason stands with it. So nothing is said of differences."
    ),
    "s.testable": (
        "{n} indicators have a value and a better side. {tested} of them can be tested against "
        "Sweden. For {untested} it is not known whether the difference is larger than chance; nothing "
        "is said of them."
    ),
    "s.testable.1": (
        "One indicator has a value and a better side, and it can be tested against Sweden."
    ),
    "s.better": "Better than Sweden ({n})",
    "s.worse": "Worse than Sweden ({n})",
    "s.similar": "Not distinguishable from Sweden ({n})",
    "s.none_differs": "None of the tested indicators differs with certainty from Sweden.",
    "s.chance": (
        "Before correction {n} of {tested} tested differ at the 95% level; {expected} would be "
        "expected by chance if nothing differed. Only differences that remain after correction for "
        "many comparisons (q-value below 0.05) are counted above."
    ),
    "s.against_similar": (
        "Against similar municipalities: {better} better, {worse} worse, {similar} not "
        "distinguishable, {not_testable} not testable."
    ),
    "s.no_gap_trend": "Whether differences from Sweden close or widen cannot be calculated for any.",
    "s.closing": "The difference from Sweden is closing ({n})",
    "s.widening": "The difference from Sweden is widening ({n})",
    "s.gaps_steady": (
        "None of the {known} differences from Sweden whose development can be calculated has closed "
        "or widened with certainty."
    ),
    "s.gaps_steady.1": (
        "The only difference from Sweden whose development can be calculated has neither closed nor "
        "widened with certainty."
    ),
    "s.other_gaps_steady": "For {n} of {known} the difference has not changed with certainty.",
    "s.women_worse": "Women are worse off than men ({n})",
    "s.men_worse": "Men are worse off than women ({n})",
    "s.no_gender_gap": "In {n} tested indicators women and men are not distinguishable.",
    "s.no_gender_gap.1": "In the tested indicator women and men are not distinguishable.",
    "s.gender_untested": "In {n} indicators the difference between women and men cannot be tested.",
    "s.gender_untested.1": "In one indicator the difference between women and men cannot be tested.",
    # Indicator page
    "indicator.where": "The municipalities, latest year",
    "indicator.charts": "Municipality by municipality",
    "indicator.definition": "Definition",
    "indicator.facts": "About the indicator",
    "indicator.area": "Target area",
    "indicator.next": "Next publication",
    "indicator.none": "There are no values for this indicator.",
    "indicator.breaks": "New series from",
    "indicator.source_kind": "Kind of source",
    "kind.register": "register",
    "kind.survey": "survey",
    "against_riket": "Against Sweden",
    "against_similar": "Against similar municipalities",
    "difference": "Difference",
    "trend": "Development",
    "gender_gap": "Women and men",
    "all_areas_equal_scale": "All charts have the same scale.",
    # Target areas
    "target.0": "Health outcomes",
    "target.1": "Conditions in early life",
    "target.2": "Knowledge, skills and education",
    "target.3": "Work, working conditions and work environment",
    "target.4": "Income and means of support",
    "target.5": "Housing and neighbourhood",
    "target.6": "Health behaviours",
    "target.7": "Control, influence and participation",
    "target.8": "Equitable and health-promoting health care",
    "target.other": "Without a target area",
    "target.number": "Target area {n}",
    "target.matrix": "Latest value and verdict against Sweden",
    "target.matrix_about": (
        "The value is the municipality's latest. The sign after it is the verdict against Sweden."
    ),
    "target.counts": "Counts by municipality",
    # Changes
    "changes.lead": (
        "What makes release {release} differ from the one before, and what the source has revised."
    ),
    "changes.diff": "Rows per table",
    "changes.no_diff": "There is no earlier release to compare with.",
    "changes.diff_none": "No table has changed.",
    "changes.table": "Table",
    "changes.added": "Added",
    "changes.gone": "Gone",
    "changes.changed": "Changed",
    "changes.revisions": "Values that the source revised",
    "changes.revisions_none": (
        "The source has revised no value of the region since the first reading."
    ),
    "changes.revisions_shown": "{n} revisions; the latest {shown} are shown.",
    "changes.before": "Before",
    "changes.after": "After",
    "changes.seen": "Seen",
    "changes.kind": "Kind",
    "changes.metadata": "Changed descriptions",
    "changes.metadata_none": "No indicator was retitled, withdrawn or brought back.",
    "change.changed": "changed value",
    "change.status": "changed status",
    "change.withdrawn": "withdrawn",
    "change.returned": "returned",
    "change.retitled": "new title",
    "change.reflagged": "changed division",
    "change.redescribed": "changed description",
    "change.rescheduled": "changed date of publication",
    "change.other": "other",
    # Sources
    "source.title": "About the data: {source}",
    "source.about.kolada": (
        "Kolada is RKA's open database of key figures on municipalities and regions. They come from "
        "registers and surveys of several authorities and organisations. Values are shown as the "
        "source has them; differences, verdicts and ranks are own processing."
    ),
    "source.about.hlv": (
        "Hälsa på lika villkor is a sample survey of the health of adults. Estimates are weighted."
    ),
    "source.about.lupp": (
        "Lupp is a questionnaire to young people. The response rate is often unknown and nothing is "
        "weighted."
    ),
    "source.about.other": "There is no description of this source here.",
    "source.loads": "Latest loads",
    "source.loads_none": "No loads are recorded.",
    "source.read": "Read (UTC)",
    "source.origin": "Origin",
    "source.state": "State",
    "source.rows": "Values read",
    "source.rejected": "Rejected",
    "source.rounds": "Rounds",
    "source.round": "Round",
    "source.survey": "Survey",
    "source.population": "Population",
    "source.answers": "Answers",
    "source.response": "Response rate (%)",
    "source.unknown": "not known",
    "source.indicators": "Indicators",
    "source.years": "Latest year",
    "source.notes": "Values that break a rule of the source",
    "source.note": "Note",
    "source.count": "Number",
    "source.share": "Share (%)",
    "source.status": "Status",
    "status.current": "current",
    "status.renamed": "retitled by the source",
    "status.withdrawn": "withdrawn",
    "origin.demo": "demonstration (generated)",
    "origin.replay": "recorded reading",
    "origin.live": "straight from the source",
    "origin.delivered": "delivered file",
    # Workbooks
    "sheet.about": "About",
    "sheet.indicators": "Indicators",
    "sheet.municipalities": "Municipalities",
    "sheet.values": "Values",
    "sheet.id": "Id",
    "sheet.release": "Release",
    "sheet.verdict": "Verdict against {benchmark}",
    "sheet.q": "q-value against {benchmark}",
    "sheet.lower": "Lower limit 95%",
    "sheet.upper": "Upper limit 95%",
    "sheet.absence": "No value because",
}
