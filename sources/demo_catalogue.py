"""The made-up vendor of the demo portfolio: its product, its people, and names for customers.

Every person and company here is invented.
"""

from typing import Final

from csm.account import ContactRole
from csm.people import (
    STAFF_ONLY,
    Audience,
    AudienceKind,
    Place,
    PlaceKind,
    Principal,
    Role,
)

PRODUCT: Final = "Lanternboard"

# Key, name, and whether habits are judged by it; in the order in which customers take them up.
FEATURES: Final = (
    ("dashboards", "Dashboards", True),
    ("reports", "Scheduled reports", True),
    ("imports", "Data imports", True),
    ("alerts", "Alerts", True),
    ("sharing", "Shared views", True),
    ("automations", "Automations", True),
    ("approvals", "Approvals", True),
    ("forecasts", "Forecasts", True),
    ("api", "API access", False),
    ("mobile", "Mobile app", False),
)

CSM_EMAIL: Final = {
    "casey": "casey@digital-csm.example",
    "riley": "riley@digital-csm.example",
    "": "",
}
CSM_NAME: Final = {"casey": "Casey Fennimore", "riley": "Riley Osprey", "": "The success team"}

FIRST_NAMES: Final = (
    "Ada",
    "Bo",
    "Cleo",
    "Dara",
    "Eli",
    "Fern",
    "Gus",
    "Hana",
    "Ivo",
    "Juno",
    "Kit",
    "Lark",
    "Milo",
    "Nia",
    "Otis",
    "Pia",
    "Quin",
    "Rhea",
    "Sol",
    "Tova",
    "Una",
    "Vik",
    "Wren",
    "Xan",
    "Yara",
    "Zeb",
)
LAST_NAMES: Final = (
    "Applewhite",
    "Brambling",
    "Coppersmith",
    "Dapplewood",
    "Elderfen",
    "Foxhollow",
    "Greywillow",
    "Hazelmere",
    "Inkpenfold",
    "Juniperson",
    "Kestrelby",
    "Larksong",
    "Mossbank",
    "Nettlefold",
    "Oakenshore",
    "Plumfield",
    "Quillfeather",
    "Rosehip",
    "Saltmarsh",
    "Thistledown",
    "Umberlane",
    "Violetson",
    "Windermoor",
    "Yarrowby",
)
TITLES: Final = {
    ContactRole.SPONSOR: "Chief Operating Officer",
    ContactRole.CHAMPION: "Head of Analytics",
    ContactRole.ADMIN: "Systems Administrator",
    ContactRole.BILLING: "Accounts Payable",
    ContactRole.USER: "Analyst",
}

COURSES: Final = ("Lanternboard essentials", "Building dashboards", "Automations in practice")
STEPS: Final = (
    (5, "Kick-off held", 4),
    (15, "Data connected", 12),
    (30, "First team live", 10),
    (42, "Administrators trained", 6),
    (60, "Go-live review", 3),
)
CASE_SUBJECTS: Final = (
    "How do I share a dashboard with one colleague only?",
    "A scheduled report arrived an hour late",
    "The colours of a chart changed after an import",
    "Adding a second data source",
    "An alert was sent twice",
    "Exporting a table with more than 5,000 rows",
)
CALL_SUMMARIES: Final = (
    "Regular call: usage, open points, next steps.",
    "Walked through the new alerts together.",
    "Talked about rolling out to a second team.",
    "Answered questions on shared views.",
    "Looked at adoption by team and agreed on two small trainings.",
)
REVIEW_SUMMARY: Final = "Business review: results against the success plan, and the next quarter."

# Companies of the crowd: name, industry, segment.
CROWD: Final = (
    ("Alder & Ash Interiors", "Retail", "smb"),
    ("Amberline Insurance", "Insurance", "enterprise"),
    ("Beacon Falls Brewing", "Food", "smb"),
    ("Birchgate Capital", "Finance", "mid-market"),
    ("Blue Heron Robotics", "Manufacturing", "mid-market"),
    ("Cinderford Ceramics", "Manufacturing", "smb"),
    ("Clearwater Diagnostics", "Health", "mid-market"),
    ("Dovetail Furniture", "Retail", "smb"),
    ("Eastmoor Airways", "Travel", "enterprise"),
    ("Fennel & Rye Foods", "Food", "smb"),
    ("Fieldstone Realty", "Real estate", "mid-market"),
    ("Foxglove Pharma", "Health", "enterprise"),
    ("Gantry Freight", "Logistics", "mid-market"),
    ("Harrow Lane Studios", "Media", "smb"),
    ("Hawthorn Software", "Software", "mid-market"),
    ("Juniper Bay Resorts", "Travel", "mid-market"),
    ("Kingfisher Optics", "Manufacturing", "mid-market"),
    ("Lowland Telecom", "Telecom", "enterprise"),
    ("Maplecrest Academies", "Education", "mid-market"),
    ("Millrace Energy", "Energy", "enterprise"),
    ("Mosswood Outfitters", "Retail", "smb"),
    ("Nightjar Security", "Software", "mid-market"),
    ("Orchard Row Publishing", "Media", "smb"),
    ("Pinecone Payments", "Finance", "mid-market"),
    ("Redwater Mining", "Energy", "enterprise"),
    ("Stonechat Biotech", "Health", "mid-market"),
    ("Tamarack Transit", "Logistics", "mid-market"),
    ("Wagtail Apps", "Software", "smb"),
)


def demo_people() -> tuple[Principal, ...]:
    """Everybody who can talk with the product in the demo."""
    return (
        Principal("casey", CSM_NAME["casey"], Role.CSM, CSM_EMAIL["casey"], None, "Europe/Berlin"),
        Principal(
            "riley", CSM_NAME["riley"], Role.CSM, CSM_EMAIL["riley"], None, "America/New_York"
        ),
        Principal(
            "morgan",
            "Morgan Tidewell",
            Role.MANAGER,
            "morgan@digital-csm.example",
            None,
            "Europe/London",
        ),
        Principal("ada", "Ada Lockhaven", Role.ADMIN, "ada@digital-csm.example", None, "UTC"),
        Principal(
            "jo", "Jo Marlowe", Role.CONTACT, "jo@acme.example", "acme", "America/Los_Angeles"
        ),
        Principal("sam", "Sam Okonjo", Role.CONTACT, "sam@globex.example", "globex", "Asia/Tokyo"),
    )


def demo_places() -> tuple[Place, ...]:
    """The channels of the demo; direct messages are made by the console itself."""
    audiences = {
        "cs-team": STAFF_ONLY,
        "acme-shared": Audience(AudienceKind.CUSTOMER, "acme"),
        "globex-shared": Audience(AudienceKind.CUSTOMER, "globex"),
    }
    return tuple(
        Place("console", "demo", name, PlaceKind.CHANNEL, audience, name)
        for name, audience in audiences.items()
    )
