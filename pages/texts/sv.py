"""Swedish texts.

What belongs here: every Swedish string of the site, by key. What does not: names of areas and
indicators, which are data.
"""

TEXTS = {
    "language": "Svenska",
    "and": "och",
    "site": "Jämlik hälsa i {region}",
    "skip": "Hoppa till innehållet",
    "nav": "Sidans delar",
    "nav.start": "Översikt",
    "nav.indicators": "Indikatorer",
    "nav.changes": "Vad som ändrats",
    "nav.data": "Om data",
    "other_language": "In English",
    "demo": "Demonstrationsdata. Alla värden på sidan är genererade och beskriver inte verkligheten.",
    "footer": "Utgåva {release}, skapad {created}.",
    "files": "Samma uppgifter som fil:",
    "file.xlsx": "Excel",
    "file.json": "JSON",
    "file.pdf": "PDF",
    "source.raw": "Källa: {source}.",
    "source.computed": "Egen bearbetning av data från {source}.",
    "source.figure": (
        "Källa: {source}. Liknande kommuner, osäkerhet och bedömning: egen bearbetning av data från "
        "{source}."
    ),
    "signs": "Tecken",
    "sign.missing": "uppgift saknas hos källan",
    "sign.withheld": "källan lämnar inte ut värdet (skydd eller bortfall)",
    "sign.not_applicable": "uppgift kan inte förekomma",
    # Benchmarks and genders
    "riket": "Riket",
    "county": "Länet",
    "similar": "Liknande",
    "long.riket": "Riket",
    "long.county": "länet",
    "long.similar": "liknande kommuner",
    "women": "Kvinnor",
    "men": "Män",
    "total": "Totalt",
    "year": "År",
    "gender": "Kön",
    "value": "Värde",
    "unit": "Enhet",
    "interval": "95 % osäkerhet",
    # Verdicts
    "verdict.better": "bättre",
    "verdict.worse": "sämre",
    "verdict.higher": "högre",
    "verdict.lower": "lägre",
    "verdict.similar": "går inte att skilja",
    "verdict.not_testable": "kan inte prövas",
    "verdict.women_worse": "kvinnor har det sämre",
    "verdict.men_worse": "män har det sämre",
    "verdict.women_higher": "högre bland kvinnor",
    "verdict.men_higher": "högre bland män",
    "against.better": "Bättre än {benchmark}",
    "against.worse": "Sämre än {benchmark}",
    "against.higher": "Högre än {benchmark}",
    "against.lower": "Lägre än {benchmark}",
    "against.similar": "Går inte att skilja från {benchmark}",
    "against.uncorrected": "Går inte att skilja från {benchmark} när de många jämförelserna räknas in",
    "against.not_testable": "Skillnaden mot {benchmark} kan inte prövas",
    "gender.women_worse": "Kvinnor har det sämre än män",
    "gender.men_worse": "Män har det sämre än kvinnor",
    "gender.women_higher": "Högre bland kvinnor än bland män",
    "gender.men_higher": "Högre bland män än bland kvinnor",
    "gender.similar": "Kvinnor och män går inte att skilja åt",
    "gender.uncorrected": "Kvinnor och män går inte att skilja åt när de många jämförelserna räknas in",
    "gender.not_testable": "Skillnaden mellan kvinnor och män kan inte prövas",
    "gender.values": "Kvinnor {women}, män {men} ({year}).",
    "gender.none": "Redovisas inte för kvinnor och män.",
    "trend.improving": "Utvecklingen {years}: förbättras",
    "trend.worsening": "Utvecklingen {years}: försämras",
    "trend.increasing": "Utvecklingen {years}: ökar",
    "trend.decreasing": "Utvecklingen {years}: minskar",
    "trend.no significant change": "Utvecklingen {years}: ingen säker förändring",
    "trend.cannot be calculated": "Utvecklingen kan inte beräknas",
    "gap.closing": "Skillnaden mot Riket minskar ({years})",
    "gap.widening": "Skillnaden mot Riket ökar ({years})",
    "gap.no significant change": "Skillnaden mot Riket: ingen säker förändring ({years})",
    # Reasons of the marts
    "reason.survey: Kolada does not give the number of answers": "enkät; antal svar är inte känt",
    "reason.Kolada does not give the size of the population": "befolkningens storlek är inte känd",
    "reason.mean over several years": "medelvärde över flera år",
    "reason.not single persons counted once in one population": "räknar inte enskilda personer en gång var",
    "reason.not a share of counted persons": "inte en andel av räknade personer",
    "reason.county has no value": "länet saknar värde",
    "reason.riket has no value": "Riket saknar värde",
    "reason.fewer than 4 of the 7 similar areas have a value": "färre än 4 av 7 liknande kommuner har värde",
    "reason.the size of a population is not known, or the benchmark is the area itself": "befolkningens storlek är inte känd",
    "reason.the size of a population, or the benchmark, is not known": "befolkningens storlek eller jämförelsevärdet är inte känt",
    "reason.count of 0 or equal to denominator": "antalet är 0 eller lika med nämnaren",
    "reason.neither high nor low is better": "varken högt eller lågt är bättre",
    # Start page
    "start.lead": (
        "Hur skiljer sig hälsan och dess villkor mellan {n} kommuner i {region}, Riket och kommuner "
        "som liknar dem? Här sägs bara det som kan beläggas: en skillnad räknas först när den är "
        "större än slumpen, även efter korrigering för att många jämförelser görs."
    ),
    "start.tiles": "Kommunerna mot Riket",
    "start.tiles_about": (
        "Antal indikatorer i programmet {programme}, senaste värde. Många kan inte prövas, "
        "oftast för att källan inte anger hur många personer de bygger på. Att en indikator inte kan "
        "prövas betyder varken att läget är gott eller dåligt."
    ),
    "start.table": "Alla program",
    "start.indicators": "Indikatorer efter målområde",
    "search": "Sök kommun eller indikator",
    "search.none": "Inget namn innehåller det du skrev.",
    "search.found": "{count} träffar",
    "municipality": "Kommun",
    "municipalities": "Kommuner",
    "indicator": "Indikator",
    "programme": "Program",
    "n.indicators": "Indikatorer",
    "n.better": "Bättre",
    "n.worse": "Sämre",
    "n.similar": "Går inte att skilja",
    "n.not_testable": "Kan inte prövas",
    "n.expected": "Väntat av slump",
    "n.differ": "Skiljer vid 95 %",
    "n.closing": "Skillnad minskar",
    "n.widening": "Skillnad ökar",
    "expected_about": (
        "Väntat av slump: så många prövade indikatorer skulle skilja sig på 95-procentsnivån, före "
        "korrigering, om ingen kommun skilde sig från Riket."
    ),
    # Municipality page
    "area.title": "{name}: kommunblad om jämlik hälsa",
    "area.summary": "Sammanfattning",
    "area.overview": "Antal per program, mot Riket",
    "area.contents": "Målområden",
    "area.no_values": "Inga värden för {name} i detta målområde.",
    "area.without_value": "Utan värde för {name}:",
    "area.about_charts": (
        "Diagrammen visar de senaste {n} åren då indikatorn mätts. Skalan är densamma för alla "
        "kommuner i regionen, så att kommunblad kan läggas bredvid varandra. Skuggat område: 95 "
        "procents osäkerhet, där den kan beräknas. Linjen bryts där år saknas och där en ny "
        "mätserie börjar (lodrätt streck)."
    ),
    "latest": "Senaste värde",
    "numbers": "Siffror",
    "better.high": "Högt är bättre",
    "better.low": "Lågt är bättre",
    "better.neither": "Varken högt eller lågt är bättre",
    "withdrawn": "Källan har slutat publicera indikatorn.",
    "alt": "{title}, {area}, {first}–{last}. {values}.",
    "alt.value": "{name} {value} ({year})",
    "alt.one": "{title}, {area}, {last}. {values}.",
    "alt.none": "{title}, {area}: inga värden.",
    "new_series": "ny serie {year}",
    # Statements
    "s.nothing": "Det finns inga värden att bedöma.",
    "s.none_testable": (
        "{n} indikatorer har ett värde och en riktning som är bättre. Ingen av dem kan prövas mot "
        "Riket; orsaken står vid var och en. Inget sägs därför om skillnader."
    ),
    "s.none_testable.1": (
        "En indikator har ett värde och en riktning som är bättre. Den kan inte prövas mot Riket; "
        "orsaken står vid den. Inget sägs därför om skillnader."
    ),
    "s.testable": (
        "{n} indikatorer har ett värde och en riktning som är bättre. {tested} av dem kan prövas mot "
        "Riket. För {untested} är det inte känt om skillnaden är större än slumpen; om dem sägs "
        "inget."
    ),
    "s.testable.1": (
        "En indikator har ett värde och en riktning som är bättre, och den kan prövas mot Riket."
    ),
    "s.better": "Bättre än Riket ({n})",
    "s.worse": "Sämre än Riket ({n})",
    "s.similar": "Går inte att skilja från Riket ({n})",
    "s.none_differs": "Ingen av de prövade indikatorerna skiljer sig säkert från Riket.",
    "s.chance": (
        "Före korrigering skiljer sig {n} av {tested} prövade på 95-procentsnivån; {expected} vore "
        "att vänta av slump om inget skilde sig. Bara skillnader som står kvar efter korrigering för "
        "många jämförelser (q-värde under 0,05) räknas ovan."
    ),
    "s.against_similar": (
        "Mot liknande kommuner: {better} bättre, {worse} sämre, {similar} går inte att skilja, "
        "{not_testable} kan inte prövas."
    ),
    "s.no_gap_trend": "Om skillnaderna mot Riket minskar eller ökar kan inte beräknas för någon.",
    "s.closing": "Skillnaden mot Riket minskar ({n})",
    "s.widening": "Skillnaden mot Riket ökar ({n})",
    "s.gaps_steady": (
        "Ingen av de {known} skillnader mot Riket vars utveckling kan beräknas har säkert minskat "
        "eller ökat."
    ),
    "s.gaps_steady.1": (
        "Den enda skillnad mot Riket vars utveckling kan beräknas har varken säkert minskat eller "
        "ökat."
    ),
    "s.other_gaps_steady": "För {n} av {known} har skillnaden inte säkert ändrats.",
    "s.women_worse": "Kvinnor har det sämre än män ({n})",
    "s.men_worse": "Män har det sämre än kvinnor ({n})",
    "s.no_gender_gap": "I {n} prövade indikatorer går kvinnor och män inte att skilja åt.",
    "s.no_gender_gap.1": "I den prövade indikatorn går kvinnor och män inte att skilja åt.",
    "s.gender_untested": "I {n} indikatorer kan skillnaden mellan kvinnor och män inte prövas.",
    "s.gender_untested.1": "I en indikator kan skillnaden mellan kvinnor och män inte prövas.",
    # Indicator page
    "indicator.where": "Kommunerna senaste år",
    "indicator.charts": "Kommun för kommun",
    "indicator.definition": "Definition",
    "indicator.facts": "Om indikatorn",
    "indicator.area": "Målområde",
    "indicator.next": "Nästa publicering",
    "indicator.none": "Det finns inga värden för indikatorn.",
    "indicator.breaks": "Ny mätserie från",
    "indicator.source_kind": "Typ av källa",
    "kind.register": "register",
    "kind.survey": "enkät",
    "against_riket": "Mot Riket",
    "against_similar": "Mot liknande kommuner",
    "difference": "Skillnad",
    "trend": "Utveckling",
    "gender_gap": "Kvinnor och män",
    "all_areas_equal_scale": "Alla diagram har samma skala.",
    # Target areas
    "target.0": "Hälsoutfall",
    "target.1": "Det tidiga livets villkor",
    "target.2": "Kunskaper, kompetenser och utbildning",
    "target.3": "Arbete, arbetsförhållanden och arbetsmiljö",
    "target.4": "Inkomster och försörjningsmöjligheter",
    "target.5": "Boende och närmiljö",
    "target.6": "Levnadsvanor",
    "target.7": "Kontroll, inflytande och delaktighet",
    "target.8": "En jämlik och hälsofrämjande hälso- och sjukvård",
    "target.other": "Utan målområde",
    "target.number": "Målområde {n}",
    "target.matrix": "Senaste värde och bedömning mot Riket",
    "target.matrix_about": "Värdet är kommunens senaste. Tecknet efter värdet är bedömningen mot Riket.",
    "target.counts": "Antal per kommun",
    # Changes
    "changes.lead": "Vad som skiljer utgåva {release} från den före, och vad källan har ändrat i efterhand.",
    "changes.diff": "Rader per tabell",
    "changes.no_diff": "Det finns ingen tidigare utgåva att jämföra med.",
    "changes.diff_none": "Ingen tabell har ändrats.",
    "changes.table": "Tabell",
    "changes.added": "Tillkomna",
    "changes.gone": "Borttagna",
    "changes.changed": "Ändrade",
    "changes.revisions": "Värden som källan har ändrat",
    "changes.revisions_none": "Källan har inte ändrat något värde för regionen sedan första läsningen.",
    "changes.revisions_shown": "{n} ändringar; de senaste {shown} visas.",
    "changes.before": "Före",
    "changes.after": "Efter",
    "changes.seen": "Sett",
    "changes.kind": "Slag",
    "changes.metadata": "Ändrade beskrivningar",
    "changes.metadata_none": "Inga indikatorer har fått ändrad titel, dragits in eller kommit tillbaka.",
    "change.changed": "ändrat värde",
    "change.status": "ändrad status",
    "change.withdrawn": "indraget",
    "change.returned": "åter",
    "change.retitled": "ny titel",
    "change.reflagged": "ändrad indelning",
    "change.redescribed": "ändrad beskrivning",
    "change.rescheduled": "ändrat publiceringsdatum",
    "change.other": "annat",
    # Sources
    "source.title": "Om data: {source}",
    "source.about.kolada": (
        "Kolada är RKA:s öppna databas med nyckeltal om kommuner och regioner. Nyckeltalen kommer "
        "från register och enkäter hos flera myndigheter och organisationer. Värdena visas som de "
        "är hos källan; skillnader, bedömningar och rang är egen bearbetning."
    ),
    "source.about.hlv": (
        "Hälsa på lika villkor är en urvalsundersökning om vuxnas hälsa. Skattningarna är viktade."
    ),
    "source.about.lupp": (
        "Lupp är en enkät till unga om deras liv. Svarsandelen är ofta okänd och ingen viktning görs."
    ),
    "source.about.other": "Källan har ingen beskrivning här.",
    "source.loads": "Senaste läsningar",
    "source.loads_none": "Inga läsningar är noterade.",
    "source.read": "Läst (UTC)",
    "source.origin": "Ursprung",
    "source.state": "Läge",
    "source.rows": "Lästa värden",
    "source.rejected": "Avvisade",
    "source.rounds": "Omgångar",
    "source.round": "Omgång",
    "source.survey": "Undersökning",
    "source.population": "Population",
    "source.answers": "Svar",
    "source.response": "Svarsandel (%)",
    "source.unknown": "okänd",
    "source.indicators": "Indikatorer",
    "source.years": "Senaste år",
    "source.notes": "Värden som avviker från källans egna regler",
    "source.note": "Anmärkning",
    "source.count": "Antal",
    "source.share": "Andel (%)",
    "source.status": "Status",
    "status.current": "aktuell",
    "status.renamed": "ny titel hos källan",
    "status.withdrawn": "indragen",
    "origin.demo": "demonstration (genererad)",
    "origin.replay": "inspelad läsning",
    "origin.live": "direkt från källan",
    "origin.delivered": "levererad fil",
    # Workbooks
    "sheet.about": "Om",
    "sheet.indicators": "Indikatorer",
    "sheet.municipalities": "Kommuner",
    "sheet.values": "Värden",
    "sheet.id": "Id",
    "sheet.release": "Utgåva",
    "sheet.verdict": "Bedömning mot {benchmark}",
    "sheet.q": "q-värde mot {benchmark}",
    "sheet.lower": "Nedre gräns 95 %",
    "sheet.upper": "Övre gräns 95 %",
    "sheet.absence": "Värde saknas därför att",
}
