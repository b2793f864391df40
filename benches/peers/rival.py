"""Splink 5 as someone who knows it well would set it up for this job.

    rival.py prepare FOLDER PLACE   normal forms of both files, as Parquet
    rival.py link PLACE             trains without labels, scores, and writes the best profile of each candidate

Names are romanised, put in an order-free form and given the classes of their pet forms; term frequencies weigh full names, surnames,
given names, cities and titles. Employers and schools are lists: employers of few people make levels of their own, since Splink has no term
frequencies inside lists. Blocking explodes lists, so that a name with any shared employer is compared.
"""
import json
import os
import re
import resource
import sys
import unicodedata
from collections import Counter

import pyarrow as pa
import pyarrow.parquet as pq
from anyascii import anyascii

from files import rows

CREDENTIALS = {"phd", "mba", "msc", "bsc", "ba", "ma", "md", "cpa", "pmp", "cfa", "jd", "dr", "mr", "mrs", "ms", "prof", "jr", "sr", "ii", "iii", "eng", "rn"}
LEGAL = {"inc", "llc", "ltd", "limited", "gmbh", "ag", "sa", "sl", "srl", "plc", "corp", "corporation", "co", "company", "group", "bv", "nv", "oy", "ab", "as", "kk", "pty", "holdings"}
NICKNAMES = os.path.join(os.path.dirname(__file__), "..", "..", "src", "model", "data", "nicknames.txt")


def plain(text):
    text = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) not in ("So", "Sk", "Cf"))
    return re.sub(r"[^a-z0-9]+", " ", anyascii(text).lower().replace("'", "")).split()


def classes():
    found = {}
    with open(NICKNAMES, encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                words = line.split()
                for word in words:
                    found.setdefault(word, set()).add("~" + words[0])
    return found


def name_words(text):
    text = re.sub(r"\([^)]*\)", " ", (text or "").split(",")[0])
    return [it for it in plain(text) if it not in CREDENTIALS]


def organisations(texts):
    found = {" ".join(it for it in plain(text) if it not in LEGAL) for text in texts if text}
    return sorted(found - {""})


def slug(links, site):
    for link in links:
        found = re.search(site + r"/(?:in/|pub/)?([^/?#]+)", link, re.IGNORECASE)
        if found:
            return found.group(1).lower()
    return None


def row(person, pets):
    words = name_words(person.get("name"))
    first, last = (words[0], words[-1]) if len(words) > 1 else (words[0] if words else None, None)
    positions, links = person.get("positions") or [], person.get("links") or []
    employers = [it.get("organization") for it in positions] + re.split(r"[,;|]", person.get("headline") or "")
    emails = sorted({re.sub(r"\+[^@]*", "", it.strip().lower()) for it in person.get("emails") or [] if "@" in it})
    linkedin, place = slug(links, r"linkedin\.com"), plain((person.get("location") or "").split(",")[0])
    titles = [" ".join(plain(it.get("title") or "")) for it in positions]
    return {
        "unique_id": person["id"],
        "full_name": " ".join(sorted(words)) or None,
        "ends": f"{first} {last}" if last else None,
        "first": first,
        "last": last,
        "pets": sorted({first, *pets.get(first, ())}) if first else None,
        "emails": emails or None,
        "phones": sorted({re.sub(r"\D", "", it)[-9:] for it in person.get("phones") or []} - {""}) or None,
        "linkedin": linkedin,
        "stem": re.sub(r"-[0-9a-f]*[0-9][0-9a-f]*$", "", linkedin) if linkedin else None,
        "github": slug(links, r"github\.com"),
        "employers": organisations(employers) or None,
        "schools": organisations(it.get("organization") for it in person.get("schools") or []) or None,
        "city": " ".join(place) or None,
        "title": next((it for it in titles if it), None),
    }


TYPES = {name: pa.list_(pa.string()) for name in ("pets", "emails", "phones", "employers", "schools", "rare_employers", "fewer_employers")}
COLUMNS = ["unique_id", "full_name", "ends", "first", "last", "pets", "emails", "phones", "linkedin", "stem", "github", "employers", "schools",
           "rare_employers", "fewer_employers", "city", "title"]


def prepare(folder, place):
    pets = classes()
    tables = {name: [row(it, pets) for it in rows(folder, name)] for name in ("candidates", "profiles")}
    employed = Counter(it for person in tables["profiles"] for it in person["employers"] or ())
    for tier, share in (("rare_employers", 2000), ("fewer_employers", 200)):
        few = max(3, len(tables["profiles"]) // share)
        for person in tables["candidates"] + tables["profiles"]:
            person[tier] = [it for it in person["employers"] or () if employed[it] <= few] or None
    schema = pa.schema([(name, TYPES.get(name, pa.string())) for name in COLUMNS])
    for name, people in tables.items():
        pq.write_table(pa.Table.from_pylist(people, schema=schema), os.path.join(place, name + ".parquet"))


def settings():
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl
    from splink import SettingsCreator, block_on

    def compare(name, *levels):
        return cl.CustomComparison(output_column_name=name, comparison_levels=list(levels))

    def either(*columns):
        return cll.CustomLevel(" or ".join(f'"{it}_{side}" is null' for it in columns for side in "lr"), "silent").configure(is_null_level=True)

    def level(sql, label, column=None):
        made = cll.CustomLevel(sql, label)
        return made.configure(tf_adjustment_column=column, tf_adjustment_weight=1.0, disable_tf_exact_match_detection=True) if column else made

    def shared(column):
        return f'list_has_any("{column}_l", "{column}_r")'

    two = 'len(list_intersect("employers_l", "employers_r")) >= 2'
    names = compare(
        "name",
        either("full_name"),
        cll.ExactMatchLevel("full_name", term_frequency_adjustments=True),
        level('"ends_l" = "ends_r"', "first and last", "ends"),
        level(f'{shared("pets")} and "last_l" = "last_r"', "pet form and last", "last"),
        level('jaro_winkler_similarity("first_l", "first_r") >= 0.92 and jaro_winkler_similarity("last_l", "last_r") >= 0.92', "alike"),
        level('"last_l" = "last_r" and "first_l"[1] = "first_r"[1]', "initial and last", "last"),
        level('"last_l" = "last_r"', "last", "last"),
        level(shared("pets"), "first", "first"),
        cll.ElseLevel(),
    )
    comparisons = [
        names,
        compare("linkedin", either("linkedin"), cll.ExactMatchLevel("linkedin"), level('"stem_l" = "stem_r"', "stem"), cll.ElseLevel()),
        compare("github", either("github"), cll.ExactMatchLevel("github"), cll.ElseLevel()),
        compare("email", either("emails"), level(shared("emails"), "same"), cll.ElseLevel()),
        compare("phone", either("phones"), level(shared("phones"), "same"), cll.ElseLevel()),
        compare("employers", either("employers"), level(two, "two"), level(shared("rare_employers"), "a rare one"),
                level(shared("fewer_employers"), "one of fewer people"), level(shared("employers"), "one"), cll.ElseLevel()),
        compare("schools", either("schools"), level(shared("schools"), "one"), cll.ElseLevel()),
        compare("city", either("city"), cll.ExactMatchLevel("city", term_frequency_adjustments=True), cll.ElseLevel()),
        compare("title", either("title"), cll.ExactMatchLevel("title", term_frequency_adjustments=True), cll.JaroWinklerLevel("title", 0.88), cll.ElseLevel()),
    ]

    def exploded(*columns):
        return block_on(*columns, arrays_to_explode=[it for it in columns if it in TYPES])

    rules = [block_on("linkedin"), block_on("github"), exploded("emails"), exploded("phones"), block_on("full_name"), block_on("ends"), exploded("pets", "last"),
             exploded("last", "employers"), exploded("first", "employers"), block_on("last", "city"), exploded("last", "schools"),
             block_on("stem")]
    return SettingsCreator(link_type="link_only", comparisons=comparisons, blocking_rules_to_generate_predictions=rules,
                           retain_matching_columns=False, retain_intermediate_calculation_columns=False)


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def link(place):
    from splink import Linker, block_on
    from splink.backends.duckdb import DuckDBAPI

    database = DuckDBAPI()
    tables = [database.register(pq.read_table(os.path.join(place, it + ".parquet")), dataset_display_name=it) for it in ("candidates", "profiles")]
    linker = Linker(tables, settings(), log_level=None)
    begun = cpu()
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on("linkedin"), block_on("full_name", "city")], recall=0.8)
    training.estimate_u_using_random_sampling(max_pairs=2e7, seed=1)
    for rule in (block_on("linkedin"), block_on("full_name", "city")):
        training.estimate_parameters_using_expectation_maximisation(rule, record_sample_proportion=1.0)
    trained = cpu()
    pairs = linker.inference.predict(threshold_match_probability=0.001)
    best = linker.misc.query_sql(
        f"SELECT unique_id_l AS candidate, max(match_probability) AS probability, arg_max(unique_id_r, match_weight) AS profile "
        f"FROM {pairs.physical_name} GROUP BY unique_id_l").as_record_list()
    scored = cpu()
    with open(os.path.join(place, "splink.jsonl"), "w", encoding="utf-8") as file:
        file.writelines(json.dumps(it) + "\n" for it in best)
    print(json.dumps({"training": trained - begun, "scoring": scored - trained}))


if __name__ == "__main__":
    verb, *args = sys.argv[1:]
    {"prepare": prepare, "link": link}[verb](*args)
