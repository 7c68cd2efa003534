"""Applying a mapping: other people's files -> sheets in our layout."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from csm.errors import InvalidInput
from csm.playbook_part import nearest
from csm.ports import RECORD_KINDS
from sources.mapping import Entry, Lookup, Mapping, template_fields
from sources.problems import shown
from sources.sheet import PLACE, Sheet
from sources.text_file import LINE, TextFile

_FOUND: Final = "\x00found"


def source_files(mapping: Mapping) -> dict[str, set[str]]:
    """Every file that the mapping reads, with the columns that it needs there."""
    needed: dict[str, set[str]] = {}
    for entries in mapping.kinds.values():
        for entry in entries:
            needed.setdefault(entry.file, set()).update(entry.source_columns())
            for lookup in entry.lookups.values():
                needed.setdefault(lookup.file, set()).update((lookup.match, lookup.take))
    return needed


def mapped_sheets(mapping: Mapping, files: dict[str, TextFile]) -> Iterator[Sheet]:
    """A sheet for each entry whose file is among `files`, in the order of RECORD_KINDS.

    Raises InvalidInput when a file lacks a column that the mapping names.
    """
    for name, names in source_files(mapping).items():
        if name in files:
            _require(files[name], names)
    for kind in RECORD_KINDS:
        for entry in mapping.kinds.get(kind, ()):
            if entry.file in files:
                yield _sheet(kind, entry, files)


def _require(file: TextFile, names: set[str]) -> None:
    missing = sorted(names - set(file.header))
    if missing:
        lines = [
            f'  {file.name}: no column "{name}"{nearest(name, list(file.header))}'
            for name in missing
        ]
        raise InvalidInput(
            "\n".join(["The mapping names columns that the files do not have:", *lines])
        )


def _sheet(kind: str, entry: Entry, files: dict[str, TextFile]) -> Sheet:
    file = files[entry.file]
    rows = file.frame.with_columns(pl.int_range(file.frame.height, dtype=pl.Int64).alias(PLACE))
    for rule in entry.skip:
        rows = rows.filter(pl.col(rule.column) != ("" if rule.equals is None else rule.equals))
    filled: dict[str, pl.Series] = {}
    unfit: dict[str, dict[int, str]] = {}
    for target, source in entry.columns.items():
        filled[target] = rows[source]
    for target, constant in entry.constants.items():
        text = str(constant).lower() if isinstance(constant, bool) else str(constant)
        filled[target] = pl.Series([text]).new_from_index(0, rows.height)
    for target, template in entry.templates.items():
        filled[target] = _from_template(template, rows)
    for target, lookup in entry.lookups.items():
        if lookup.file not in files:
            raise InvalidInput(
                f"{entry.file} cannot be imported without {lookup.file}: "
                f"the mapping looks {target} up there. Add the file to the folder."
            )
        filled[target], unfit[target] = _look_up(lookup, rows, files[lookup.file])
    for target, words in entry.values.items():
        filled[target] = filled[target].replace(list(words), list(words.values()))
    frame = pl.DataFrame([series.alias(target) for target, series in filled.items()])
    labels = entry.columns | {target: each.column for target, each in entry.lookups.items()}
    return Sheet(
        kind=kind,
        file=file,
        frame=frame.with_columns(rows[LINE], rows[PLACE]),
        labels=labels,
        formats=entry.date_formats,
        scales=entry.scale,
        duplicates=entry.duplicates,
        unfit=unfit,
    )


def _from_template(template: str, rows: pl.DataFrame) -> pl.Series:
    names = template_fields(template)
    columns = [rows[name].to_list() for name in names]
    texts = [
        template.format_map(dict(zip(names, cells, strict=True))).strip()
        for cells in zip(*columns, strict=True)
    ]
    return pl.Series(texts, dtype=pl.String)


def _look_up(
    lookup: Lookup, rows: pl.DataFrame, other: TextFile
) -> tuple[pl.Series, dict[int, str]]:
    """The looked-up texts, blank where there is none, with the reason."""
    known = other.frame.select(lookup.match, pl.col(lookup.take).alias(_FOUND)).unique()
    ambiguous = known.filter(known[lookup.match].is_duplicated())
    if ambiguous.height:
        value = str(ambiguous[lookup.match][0])
        raise InvalidInput(
            f"{other.name}: {lookup.match} {shown(value)} stands there with different values of "
            f"{lookup.take}, so the mapping cannot look it up."
        )
    wanted = rows.select(pl.col(lookup.column).alias(lookup.match))
    found = wanted.join(known, on=lookup.match, how="left", maintain_order="left")[_FOUND]
    reason = f"is not among {lookup.match} in {other.name}"
    unfit = dict.fromkeys((found.is_null()).arg_true().to_list(), reason)
    return found.fill_null(""), unfit
