"""Who may use the product, and which places are shared with which customer."""

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from bot.render.neutral import neutral
from cli.frame import house_of, out, say
from csm.people import Principal, Role
from csm.use_cases.manage_people import add_person, bind_place

people_cli = typer.Typer(no_args_is_help=True, help="Who may use the product, and as what.")
places_cli = typer.Typer(
    no_args_is_help=True, help="Which channels are shared with which customer."
)


@people_cli.command("add")
def people_add(
    email: Annotated[str, typer.Argument(help="the e-mail that the chat platform knows them by")],
    role: Annotated[Role, typer.Option(help="what they may do")],
    name: Annotated[str, typer.Option(help="how they are called")] = "",
    key: Annotated[str, typer.Option(help="short name; the part before the @ if left out")] = "",
    account: Annotated[str, typer.Option(help="for a contact: the key of their account")] = "",
    time_zone: Annotated[str, typer.Option(help="for example Europe/Berlin")] = "UTC",
) -> None:
    """Add a person, or change one: the same e-mail is the same person."""
    with house_of() as house:
        person = Principal(
            key=key or email.partition("@")[0].lower(),
            name=name or email.partition("@")[0],
            role=role,
            email=email.lower(),
            account_key=account or None,
            time_zone=time_zone,
        )
        add_person(house.records, person)
        say(f"{person.name} ({person.email}) is {person.role}.")


@people_cli.command("list")
def people_list() -> None:
    """Everybody who may use the product."""
    with house_of() as house:
        with house.records.reading() as reader:
            everybody = reader.people()
        table = Table("Key", "Name", "E-mail", "Role", "Account", "Time zone")
        for person in everybody:
            row = (person.key, person.name, person.email, person.role)
            table.add_row(
                *(
                    Text(neutral(cell))
                    for cell in (*row, person.account_key or "", person.time_zone)
                )
            )
        out.print(table if everybody else "Nobody yet. Add somebody: digital-csm people add --help")


@places_cli.command("bind")
def places_bind(
    channel: Annotated[str, typer.Argument(help="the channel's id, e.g. C0123456789")],
    account: Annotated[str, typer.Option(help="key of the customer it is shared with")],
    workspace: Annotated[str, typer.Option(help="id of our own workspace, e.g. T0123456789")],
    platform: Annotated[str, typer.Option(help="slack or console")] = "slack",
    name: Annotated[str, typer.Option(help="how the channel is called")] = "",
) -> None:
    """Say that a channel is shared with a customer."""
    with house_of() as house:
        bind_place(
            house.records,
            house.clock.now(),
            platform=platform,
            workspace=workspace,
            channel=channel,
            name=name,
            account_key=account,
        )
        say(f"{name or channel} is shared with {account}.")


@places_cli.command("list")
def places_list() -> None:
    """Every place that is known, and who listens there."""
    with house_of() as house:
        with house.records.reading() as reader:
            places = reader.places()
        table = Table("Platform", "Workspace", "Channel", "Name", "Audience")
        for place in places:
            row = (place.platform, place.workspace, place.channel, place.name, str(place.audience))
            table.add_row(*(Text(neutral(cell)) for cell in row))
        out.print(table if places else "None yet. They appear when people write there.")
