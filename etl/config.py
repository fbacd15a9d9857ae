"""The settings of one run: one TOML file, validated, as one frozen object.

It reads and checks; it decides nothing about pupils. An unknown key is an error that names the nearest known one.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from etl import contract
from etl.errors import ConfigError
from etl.patterns import compile_pattern
from etl.plain_file import TooLarge, read_plain_file

STAFF_ROLES: Final = (
    "medewerker",
    "medewerkers",
    "docent",
    "docenten",
    "leraar",
    "leerkracht",
    "mentor",
    "personeel",
    "staff",
    "teacher",
    "employee",
    "beheerder",
    "administrator",
    "ouder",
    "ouders",
    "parent",
)

LARGEST_SETTINGS: Final = 1 << 20  # bytes
BRIN_FORM: Final = re.compile(r"[0-9]{2}[A-Z]{2}([0-9]{2})?")


def _check_pattern(pattern: str) -> str:
    compile_pattern(pattern)
    return pattern


def _check_number_pattern(pattern: str) -> str:
    if compile_pattern(pattern).groups != 1:
        raise ValueError("the pattern needs one group, (...), which is the pupil number")
    return pattern


def _check_brin(brin: str) -> str:
    if not BRIN_FORM.fullmatch(brin):
        raise ValueError("a BRIN number is two digits and two capitals, with or without two more digits")
    return brin


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SchoolSettings(_Settings):
    """Who the school is. `realms` are the realms its realmid's may carry; empty means: whatever the file has.

    `stamnr_width` is the number of digits of a pupil number at this school; a longer one is out of form.
    """

    name: str | None = None
    brin: Annotated[str, AfterValidator(_check_brin)] | None = None
    realms: tuple[str, ...] = ()
    stamnr_width: Annotated[int, Field(ge=1, le=18)] | None = None


class FileSettings(_Settings):
    """How one delivered file is to be read where it cannot be found out: heading per column, and layout.

    `sheet` is the sheet of an Excel workbook, `member` the file inside a ZIP. `drop_columns` are headings whose
    values are thrown away before anything is read. `stamnr_pattern` is a regular expression that has to fit the
    whole value; its group is the pupil number.
    """

    headings: dict[str, str] = Field(default_factory=dict)
    delimiter: Literal[";", ",", "\t", "|"] | None = None
    encoding: Literal["utf-8", "cp1252", "utf-16", "cp850", "mac_roman"] | None = None
    sheet: str | None = None
    member: str | None = None
    drop_columns: tuple[str, ...] = ()
    stamnr_pattern: Annotated[str, AfterValidator(_check_number_pattern)] | None = None


class MagisterSettings(FileSettings):
    """As FileSettings. `realm_required` false allows a file without idgebr and realmid."""

    realm_required: bool = True


class LegacySettings(FileSettings):
    """As FileSettings. `stamnr_from` names the column that holds the pupil number when it has none of its own.

    `keep_columns` are headings of personal facts that the job does not need but the import file has to repeat.
    """

    stamnr_from: Literal["gebruikersnaam", "email"] | None = None
    keep_columns: tuple[str, ...] = ()


class ScopeSettings(_Settings):
    """Which records do not belong to the job. Words are compared without capitals, accents and punctuation.

    A record whose date of leaving is before `left_before` is out of scope; one without a date is not.
    """

    exclude_roles: tuple[str, ...] = STAFF_ROLES
    locations: tuple[str, ...] = ()
    exclude_account_statuses: tuple[str, ...] = ()
    left_before: date | None = None


class OpleidingRule(_Settings):
    """One rule of this school: where `column` matches `pattern` from its beginning, the opleiding is this."""

    column: Literal["klas", "opleiding"]
    pattern: Annotated[str, AfterValidator(_check_pattern)]
    opleiding: Annotated[str, Field(min_length=2)]


class OpleidingSettings(_Settings):
    """How the opleiding is found where the files do not say it."""

    rules: tuple[OpleidingRule, ...] = ()


class LimitSettings(_Settings):
    """Where the run stops instead of going on.

    Shares are from 0 to 1. `minimum_overlap` is the share of the smaller file's keys that must occur in the other
    file; `damaged_share` of records with a damaged key and `broken_share` of records that cannot be read are the
    most a file may have. `maximum_file_mib` is in MiB. `memory_mib` is what the engine may hold in memory, in MiB;
    without it 320 and what many records or processors need. The rest goes to the run's own folder for the moment.
    """

    minimum_overlap: Annotated[float, Field(ge=0, le=1)] = 0.2
    damaged_share: Annotated[float, Field(ge=0, le=1)] = 0.05
    broken_share: Annotated[float, Field(ge=0, le=1)] = 0.02
    maximum_file_mib: Annotated[int, Field(ge=1)] = 1024
    memory_mib: Annotated[int, Field(ge=128)] | None = None


class BrakeSettings(_Settings):
    """How much a run may do before a person has to say that it is meant.

    Shares are from 0 to 1: of accounts without a pupil, of links with a changed field, and by how much the share of
    linked accounts may be lower than in the run before. Without a share the profile tells it; "roll_over" is for the
    start of a school year. Up to `floor` accounts nothing is withheld.
    """

    profile: Literal["normal", "roll_over"] = "normal"
    archive_share: Annotated[float, Field(ge=0, le=1)] | None = None
    updates_share: Annotated[float, Field(ge=0, le=1)] | None = None
    link_rate_drop: Annotated[float, Field(ge=0, le=1)] | None = None
    floor: Annotated[int, Field(ge=0)] = 10


class PrivacySettings(_Settings):
    """How long pupils' data may stay in a run folder, in days; `purge` removes it afterwards."""

    retention_days: Annotated[int, Field(ge=1)] = 90


class RequestSettings(_Settings):
    """Who asks the vendor for the link, and where to: for `koppelcheck aanvraag`. `to` is the vendor's address."""

    administration: Literal["magister", "somtoday"] = "magister"
    contact: str | None = None
    contact_mail: str | None = None
    to: str | None = None


class LayoutColumn(_Settings):
    """One column of a layout of the school's own: a fact about the linked account, or always the same words.

    `layout` is the name of the layout and of its file; its columns stand in the order of the settings. A field that is
    `required` and blank for a linked account refuses the layout; another one stays blank.
    """

    layout: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    heading: Annotated[str, Field(min_length=1)]
    field: (
        Literal[
            "school",
            "stamnr",
            "idgebr",
            "externeid",
            "realmid",
            "account_id",
            "gebruikersnaam",
            "email",
            "roepnaam",
            "tussenvoegsel",
            "achternaam",
            "naam",
            "klas",
            "leerjaar",
            "opleiding",
        ]
        | None
    ) = None
    value: str = ""
    required: bool = False

    @model_validator(mode="after")
    def _has_one_meaning(self) -> LayoutColumn:
        if self.field is not None and self.value:
            raise ValueError("a column has a field or a value, not both")
        if self.layout == contract.SCHOOL_DATA_SYNC:
            raise ValueError(f"{self.layout} has columns already")
        return self


class ImportSettings(_Settings):
    """Form of the import file and of layouts of the school's own. The other files have one form always.

    `layouts` are written besides, by name: oneroster-1.2, microsoft-sds, or that of `columns`.
    """

    delimiter: Literal[";", ",", "\t"] = ";"
    encoding: Literal["utf-8", "cp1252"] = "utf-8"
    bom: bool = False
    line_end: Literal["crlf", "lf"] = "crlf"
    layouts: tuple[str, ...] = ()
    columns: tuple[LayoutColumn, ...] = ()

    def form(self) -> dict[str, Any]:
        """Return how a file is written, as `write_csv` takes it."""
        return {
            "delimiter": self.delimiter,
            "encoding": self.encoding,
            "bom": self.bom,
            "line_end": "\r\n" if self.line_end == "crlf" else "\n",
        }


class RunConfig(_Settings):
    """All settings of a run. Every key has a default, so an empty file is a valid one."""

    language: Literal["nl", "en"] = "nl"
    school: SchoolSettings = SchoolSettings()
    magister: MagisterSettings = MagisterSettings()
    legacy: LegacySettings = LegacySettings()
    control: FileSettings = FileSettings()
    scope: ScopeSettings = ScopeSettings()
    opleiding: OpleidingSettings = OpleidingSettings()
    limits: LimitSettings = LimitSettings()
    brakes: BrakeSettings = BrakeSettings()
    privacy: PrivacySettings = PrivacySettings()
    request: RequestSettings = RequestSettings()
    import_file: ImportSettings = Field(default=ImportSettings(), alias="import")

    def file_settings(self, source: str) -> FileSettings:
        """Return the settings of one delivered file."""
        return {
            contract.MAGISTER: self.magister,
            contract.LEGACY: self.legacy,
            contract.CONTROL: self.control,
        }[source]


def load_config(path: Path | None) -> RunConfig:
    """Read a settings file; without a path, the defaults.

    Errors:  ConfigError when it cannot be read, is no TOML, has an unknown key or a value out of form.
    """
    if path is None:
        return RunConfig()
    try:
        content = tomllib.loads(read_plain_file(path, max_bytes=LARGEST_SETTINGS).decode("utf-8-sig"))
    except TooLarge as error:
        raise ConfigError("CONFIG-TOO-LARGE", file=path.name, kilobytes=LARGEST_SETTINGS >> 10) from error
    except UnicodeDecodeError as error:
        raise ConfigError("CONFIG-ENCODING", file=path.name) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError("CONFIG-NO-TOML", file=path.name, problem=str(error)) from error
    except (OSError, ValueError) as error:
        raise ConfigError("CONFIG-UNREADABLE", file=path.name) from error
    return build_config(content, file_name=path.name)


def build_config(content: dict[str, Any], *, file_name: str = "settings") -> RunConfig:
    """Check settings that were read elsewhere.

    Errors:  ConfigError, for the first problem found.
    """
    try:
        config = RunConfig.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            nearest = nearest_key(first["loc"])
            code = "CONFIG-KEY-UNKNOWN" if nearest else "CONFIG-KEY-STRANGE"
            raise ConfigError(code, file=file_name, key=key, nearest=nearest) from None
        raise ConfigError("CONFIG-VALUE", file=file_name, key=key, problem=first["msg"]) from None
    for source in contract.SOURCES.values():
        for column in config.file_settings(source.name).headings:
            if column not in source.column_names():
                nearest_column = get_close_matches(column, source.column_names(), n=1, cutoff=0.0)[0]
                raise ConfigError(
                    "CONFIG-KEY-UNKNOWN",
                    file=file_name,
                    key=f"{source.name}.headings.{column}",
                    nearest=f"{source.name}.headings.{nearest_column}",
                )
    return config


def with_layouts(config: RunConfig, names: tuple[str, ...]) -> RunConfig:
    """Return the settings with more layouts to write."""
    layouts = tuple(dict.fromkeys((*config.import_file.layouts, *names)))
    return config.model_copy(
        update={"import_file": config.import_file.model_copy(update={"layouts": layouts})}
    )


def list_keys(model: type[BaseModel] = RunConfig, prefix: str = "") -> tuple[str, ...]:
    """Return every known key with dots, such as school.brin; a list of tables without its index."""
    keys: list[str] = []
    for name, info in model.model_fields.items():
        key = f"{prefix}{info.alias or name}"
        keys.append(key)
        inner = _inner_model(info.annotation)
        if inner is not None:
            keys.extend(list_keys(inner, f"{key}."))
    return tuple(keys)


def nearest_key(location: tuple[int | str, ...]) -> str | None:
    """Return the known key that looks most like an unknown one, or None when none does."""
    key = ".".join(part for part in location if isinstance(part, str))
    known = list_keys()
    found = get_close_matches(key, known, n=1, cutoff=0.6)
    if found:
        return found[0]
    last = key.rsplit(".", 1)[-1]
    by_last = {candidate.rsplit(".", 1)[-1]: candidate for candidate in known}
    similar = get_close_matches(last, list(by_last), n=1, cutoff=0.6)
    return by_last[similar[0]] if similar else None


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    candidates = [annotation, *getattr(annotation, "__args__", ())]
    for candidate in candidates:
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return None
