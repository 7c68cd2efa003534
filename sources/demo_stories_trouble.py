"""Demo stories of people who left, bills that failed, tickets that pile up, and other trouble."""

from typing import Final

from csm.account import Channel, ContactRole, Direction, ObjectiveStatus, Priority, Topic
from sources.demo_story import Answer, Case, Goal, Person, Rhythm, Story, Talk, Usage

STORIES: Final = (
    # The sponsor left five weeks ago.
    Story(
        key="northwind-mills",
        name="Northwind Mills",
        csm="casey",
        renews_in=210,
        industry="Food",
        seats=75,
        arr=58_000,
        usage=Usage(people=0.72, features=6),
        people=(Person(ContactRole.SPONSOR, "Otis Applewhite", "Managing Director", 36, left=35),),
        rhythm=Rhythm(quiet=6, reviews_every=None),
        talks=(
            Talk(
                34,
                "Otis has left; who takes over is not decided yet.",
                topic=Topic.SPONSOR_CHANGE,
                channel=Channel.CALL,
            ),
        ),
    ),
    # Bought by a larger company.
    Story(
        key="bluefin",
        name="Bluefin Media",
        csm="riley",
        renews_in=175,
        industry="Media",
        seats=95,
        arr=71_000,
        usage=Usage(people=0.75, features=7),
        talks=(
            Talk(
                21,
                "They were bought by a broadcaster; both companies look at their tools now.",
                ContactRole.SPONSOR,
                Channel.CALL,
                topic=Topic.COMPANY_EVENT,
            ),
        ),
    ),
    # Said what they think.
    Story(
        key="quillstone",
        name="Quillstone Press",
        csm="casey",
        renews_in=145,
        industry="Media",
        seats=48,
        arr=37_000,
        usage=Usage(people=0.66, features=6),
        answers=(
            Answer(4, 3, "Reports are late three days out of five."),
            Answer(110, 7),
        ),
    ),
    # Far more tickets than they ever had.
    Story(
        key="ferrous",
        name="Ferrous Robotics",
        csm="riley",
        renews_in=200,
        industry="Manufacturing",
        seats=120,
        arr=94_000,
        usage=Usage(people=0.8, features=8),
        answers=(Answer(22, 6, "Since the update we spend our days with support."), Answer(120, 9)),
        cases=(
            Case(14, "Automations stop without a message", Priority.HIGH, None, 90),
            Case(12, "Approvals are asked for twice", Priority.NORMAL, None, 60),
            Case(11, "Wrong totals in the weekly report", Priority.HIGH, None, 120),
            Case(8, "Users are logged out every hour", Priority.NORMAL, None, 75),
            Case(6, "Shared views show no data", Priority.NORMAL, None, 80),
            Case(3, "Forecast page stays empty", Priority.NORMAL, None, 200),
            Case(2, "Alert e-mails come late", Priority.LOW, None, 300),
        ),
    ),
    # Nobody answered in time.
    Story(
        key="tallgrass",
        name="Tallgrass Energy",
        csm="casey",
        renews_in=235,
        industry="Energy",
        seats=85,
        arr=66_000,
        usage=Usage(people=0.7, features=6),
        cases=(
            Case(10, "Meter data is missing since the weekend", Priority.URGENT, 2.0, 260, csat=2),
            Case(17, "Cannot add a site", Priority.HIGH, 3.0, 600, csat=3),
        ),
    ),
    # Renews in a month, and everything is against it.
    Story(
        key="old-harbour",
        name="Old Harbour Shipping",
        csm="riley",
        renews_in=31,
        years=2,
        industry="Logistics",
        region="Europe",
        country="NL",
        time_zone="Europe/Amsterdam",
        currency="EUR",
        seats=130,
        arr=97_000,
        usage=Usage(people=0.3, features=3, days_a_week=4, changes=((70, 0.7), (25, 0.5))),
        people=(Person(ContactRole.SPONSOR, "Rhea Saltmarsh", "Fleet Director", 150),),
        rhythm=Rhythm(quiet=52, calls_every=45, reviews_every=None, cases_every=None),
        answers=(Answer(41, 2, "We do not see what we pay for."), Answer(150, 5)),
        cases=(
            Case(16, "Positions of ships are hours old", Priority.URGENT, None, 190, True),
            Case(13, "Import of port fees fails", Priority.HIGH, None, 400),
            Case(12, "Report shows last month", Priority.NORMAL, None, 45),
        ),
        goals=(
            Goal("Fewer days in port", "one day less", 10, -50, ObjectiveStatus.AT_RISK),
            Goal("Fuel by route", "all routes", 5, -20, ObjectiveStatus.AT_RISK),
        ),
        unpaid=33,
    ),
    # The card was declined.
    Story(
        key="pepperwood",
        name="Pepperwood Games",
        csm="casey",
        renews_in=155,
        industry="Games",
        seats=42,
        arr=31_000,
        usage=Usage(people=0.78, features=7),
        unpaid=16,
        failed=15,
    ),
    # Wants fewer seats, and says so.
    Story(
        key="larkspur",
        name="Larkspur Legal",
        csm="riley",
        renews_in=115,
        industry="Legal",
        region="Europe",
        country="GB",
        time_zone="Europe/London",
        currency="GBP",
        seats=56,
        arr=43_000,
        usage=Usage(people=0.58, features=5),
        answers=(Answer(60, 7),),
        talks=(
            Talk(
                8,
                "Asked whether they can go down to 35 seats at the renewal.",
                ContactRole.SPONSOR,
                topic=Topic.CONTRACT_CHANGE,
                direction=Direction.INBOUND,
            ),
        ),
    ),
    # Has been waiting for an answer since the day before yesterday's day before.
    Story(
        key="violet-ridge",
        name="Violet Ridge Clinics",
        csm="casey",
        renews_in=225,
        industry="Health",
        seats=64,
        arr=51_000,
        usage=Usage(people=0.76, features=7),
        talks=(
            Talk(
                4,
                "Can approvals be handed to a deputy during holidays?",
                ContactRole.ADMIN,
                Channel.CHAT,
                Direction.INBOUND,
                Topic.QUESTION,
            ),
            Talk(
                25,
                "How are seats counted for people on leave?",
                ContactRole.ADMIN,
                Channel.CHAT,
                Direction.INBOUND,
                Topic.QUESTION,
                answered_after_hours=3,
            ),
        ),
    ),
    # Uses it heavily, and is fed up with us.
    Story(
        key="ironbridge",
        name="Ironbridge Steel",
        csm="riley",
        renews_in=270,
        segment="enterprise",
        tier="Enterprise",
        industry="Manufacturing",
        seats=260,
        arr=205_000,
        usage=Usage(people=0.88, features=9),
        people=(Person(ContactRole.SPONSOR, "Pia Coppersmith", "Plant Director", 5, left=None),),
        rhythm=Rhythm(quiet=41, calls_every=35),
        answers=(Answer(13, 2, "The tool is fine. Working with you is not."), Answer(100, 5)),
        cases=(
            Case(13, "Downtime alerts are missing", Priority.URGENT, None, 300, True),
            Case(9, "Approvals are lost", Priority.HIGH, None, 500, True, 1),
            Case(20, "Forecast differs from plan", Priority.HIGH, 9.0, 450, False, 2, csat=2),
            Case(6, "Mobile app shows old figures", Priority.NORMAL, None, 700),
        ),
        unpaid=20,
    ),
    # Little use, little love.
    Story(
        key="dunmore",
        name="Dunmore Print",
        csm="",
        renews_in=133,
        industry="Media",
        seats=33,
        arr=22_000,
        usage=Usage(people=0.25, features=2, days_a_week=3, changes=((28, 0.55),)),
        people=(Person(ContactRole.SPONSOR, "Gus Inkpenfold", "Owner", 120),),
        unpaid=25,
        rhythm=Rhythm(quiet=44, calls_every=40, reviews_every=None, cases_every=None),
        answers=(Answer(26, 4, "Hard to use and slow."), Answer(130, 5)),
        cases=(
            Case(19, "Colours are wrong in every export", Priority.HIGH, None, 700, True),
            Case(8, "Cannot log in", Priority.URGENT, None, 180),
        ),
        goals=(
            Goal("Quotes within a day", "1 day", 10, -45, ObjectiveStatus.AT_RISK),
            Goal("Waste by press", "every press", 0, -90, ObjectiveStatus.MISSED),
        ),
    ),
)
